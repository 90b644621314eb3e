import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestGateway } from '../support/gateway.js'
import { memoryCache } from '../support/memory-cache.js'
import { startTrio, TRIO, type Trio, wireAnswer } from '../support/provider-trio.js'
import { TRANSPORTS } from '../support/transports.js'

const [OPENAI] = TRIO as [(typeof TRIO)[0]]
const hash = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`
const ADMIN = { authorization: 'Bearer admin-key' }
const KEYED = {
  auth: {
    adminKeyHash: hash('admin-key'),
    keys: ['a', 'b'].map((tenant) => ({ name: tenant, hash: hash(`key-${tenant}`), tenant })),
  },
}

interface Call {
  readonly headers?: Record<string, string>
  readonly body?: object | string
}

function createClient(trio: () => Trio) {
  let questions = 0
  async function call(method: string, path: string, { headers = {}, body }: Call = {}) {
    const response = await fetch(trio().gateway.url + path, {
      method,
      headers: { ...(method === 'POST' && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) }
  }
  return {
    call,
    /** Asks until the answer is a hit, and says of which entry and request. */
    async hit(key?: string, model = 'gpt-4o') {
      const body = { model, messages: [{ role: 'user', content: `Question ${++questions}?` }] }
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
      await call('POST', '/v1/chat/completions', { headers, body })
      const again = await call('POST', '/v1/chat/completions', { headers, body })
      const id = again.headers.get('x-request-id') ?? ''
      await trio().gateway.settled(id)
      const ask = async () =>
        (await call('POST', '/v1/chat/completions', { headers, body })).headers.get('x-llmrouter-cache')
      return { entry: again.headers.get('x-llmrouter-entry') ?? '', request: id, ask }
    },
  }
}

function startCached(config: object, transport: 'uws' | 'node'): Promise<Trio> {
  return startTrio(config, { transport, cache: memoryCache() }).then((trio) => {
    trio.answer(OPENAI, ...Array.from({ length: 500 }, () => wireAnswer({ pieces: ['To be.'] })))
    return trio
  })
}

describe.each(TRANSPORTS)('with an admin key, over %s', (transport) => {
  let trio: Trio
  const { call, hit } = createClient(() => trio)
  beforeAll(async () => {
    trio = await startCached(KEYED, transport)
  })
  afterAll(() => trio.close())
  beforeEach(() => call('POST', '/cache/flush', { headers: ADMIN }))

  test.each([
    ['nothing', {}],
    ['a client key', { authorization: 'Bearer key-a' }],
  ])('%s does not open the admin paths', async (_name, headers) => {
    const answer = await call('GET', '/cache/stats', { headers })
    expect([answer.status, answer.json.error.code]).toEqual([401, 'invalid_api_key'])
  })

  test('pages of other sites are refused, the own one is not', async () => {
    const from = (origin: string) => call('GET', '/cache/stats', { headers: { ...ADMIN, origin } })
    const other = await from('https://evil.example')
    expect([other.status, other.json.error.code]).toEqual([403, 'permission_denied'])
    expect((await from('null')).status).toBe(403)
    expect((await from(new URL(trio.gateway.url).origin)).status).toBe(200)
  })

  test('a session opens the admin paths and nothing else', async () => {
    const opened = await call('POST', '/session', { body: { key: 'admin-key' } })
    const cookie = opened.headers.get('set-cookie') ?? ''
    expect([opened.status, cookie]).toEqual([200, expect.stringMatching(/; HttpOnly; SameSite=Strict$/)])
    const headers = { cookie: `other=1; ${cookie.split(';')[0]}` }
    expect((await call('GET', '/cache/stats', { headers })).status).toBe(200)
    expect((await call('GET', '/v1/models', { headers })).status).toBe(401)
    const forged = { cookie: headers.cookie.replace(/session=.{8}/, 'session=AAAAAAAA') }
    expect((await call('GET', '/cache/stats', { headers: forged })).status).toBe(401)
  })

  test('a session ends when its owner says so, and is not ended by pages of other sites', async () => {
    const opened = await call('POST', '/session', { body: { key: 'admin-key' } })
    const headers = { cookie: (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
    const others = await call('DELETE', '/session', { headers: { ...headers, origin: 'https://evil.example' } })
    expect([others.status, (await call('GET', '/stats', { headers })).status]).toEqual([403, 200])
    const closed = await call('DELETE', '/session', { headers })
    expect([closed.status, closed.json]).toEqual([200, { status: 'signed-out' }])
    expect(closed.headers.get('set-cookie')).toMatch(/^llmrouter_session=; Path=\/; Max-Age=0; HttpOnly/)
    expect((await call('GET', '/stats', { headers })).status).toBe(401)
    const wrong = await call('GET', '/session')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, DELETE, OPTIONS'])
  })

  test('the figures count what became of requests', async () => {
    const before = (await call('GET', '/cache/stats', { headers: ADMIN })).json
    await hit('key-a')
    const { json } = await call('GET', '/cache/stats', { headers: ADMIN })
    expect(json).toMatchObject({
      entries: 1,
      avg_similarity: null,
      unreadable: 0,
      evicted: 0,
      store: { kind: 'memory', state: 'ok' },
    })
    expect([json.hits - before.hits, json.misses - before.misses]).toEqual([1, 1])
    expect(json.hits_by_kind.exact).toBe(json.hits)
  })

  test('a flush removes what matches, or only counts it', async () => {
    await hit('key-a')
    await hit('key-b')
    const flush = (body: object) => call('POST', '/cache/flush', { headers: ADMIN, body }).then(({ json }) => json)
    expect(await flush({ tenant: 'a', dryRun: true })).toEqual({ status: 'flushed', removed: 1, dryRun: true })
    expect(await flush({ model: 'gpt-4o-mini' })).toEqual({ status: 'flushed', removed: 0 })
    expect(await flush({ olderThanSeconds: 60 })).toEqual({ status: 'flushed', removed: 0 })
    expect(await flush({ tenant: 'a' })).toEqual({ status: 'flushed', removed: 1 })
    expect(await flush({})).toEqual({ status: 'flushed', removed: 1 })
  })

  test('a field that is not known is refused with its name', async () => {
    const answer = await call('POST', '/cache/flush', { headers: ADMIN, body: { tennant: 'a' } })
    expect([answer.status, answer.json.error]).toMatchObject([400, { param: 'tennant', type: 'invalid_request_error' }])
    expect((await call('GET', '/cache/entries?page=1', { headers: ADMIN })).json.error.param).toBe('page')
    expect((await call('POST', '/cache/flush', { headers: ADMIN, body: '{' })).status).toBe(400)
  })

  test('entries come in pages, without their answers unless asked for', async () => {
    const ids = [await hit('key-a'), await hit('key-a'), await hit('key-b')].map(({ entry }) => entry)
    const get = (query: string) => call('GET', `/cache/entries${query}`, { headers: ADMIN }).then(({ json }) => json)
    const first = await get('?limit=2')
    const second = await get(`?limit=2&cursor=${first.next_cursor}`)
    const rows = [...first.entries, ...second.entries]
    expect(rows.map(({ id }: { id: string }) => id)).toEqual(ids.sort())
    expect([first.entries.length, second.next_cursor]).toEqual([2, null])
    expect(rows[0]).toMatchObject({ model: 'gpt-4o', provider: 'openai' })
    expect(rows[0]).not.toHaveProperty('answer')
    expect((await get('?tenant=b&answer=1')).entries).toMatchObject([{ tenant: 'b', answer: 'To be.' }])
    expect((await get('?limit=0')).error.param).toBe('limit')
  })

  test('what is exported can be imported again, and answers as before', async () => {
    const { ask, entry } = await hit('key-a')
    await hit('key-b')
    const response = await fetch(`${trio.gateway.url}/cache/export?tenant=a`, { headers: ADMIN })
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const entries = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(entries).toMatchObject([{ id: entry, about: { tenant: 'a' } }])
    await call('POST', '/cache/flush', { headers: ADMIN })
    const give = (given: readonly object[]) =>
      call('POST', '/cache/import', { headers: ADMIN, body: { entries: given } }).then(({ json }) => json)
    const [{ about, ...rest }] = entries
    expect(await give([{ ...rest, about: { ...about, expiresAtMs: 1 } }])).toMatchObject({ imported: 0, expired: 1 })
    expect((await give([...entries, { ...rest, about: 7 }])).error.param).toBe('entries[1].about')
    expect(await give(entries)).toMatchObject({ status: 'imported', imported: 1 })
    expect(await ask()).toBe('HIT')
  })

  test('an entry is removed by its id', async () => {
    const { ask, entry } = await hit('key-a')
    expect((await call('DELETE', `/cache/entries/${entry}`, { headers: ADMIN })).status).toBe(200)
    expect((await call('DELETE', `/cache/entries/${entry}`, { headers: ADMIN })).status).toBe(404)
    expect((await call('DELETE', '/cache/entries/nonsense', { headers: ADMIN })).status).toBe(404)
    expect(await ask()).toBe('MISS')
  })

  test.each(['entry', 'request'] as const)('a hit that is called wrong by its %s id is retracted', async (kind) => {
    const found = await hit('key-a')
    const judge = (key: string, verdict: string) =>
      call('POST', '/cache/feedback', {
        headers: { authorization: `Bearer ${key}` },
        body: { id: found[kind], verdict },
      })
    expect((await judge('key-b', 'wrong')).status).toBe(404)
    expect((await judge('key-a', 'right')).json).toEqual({ status: 'noted', entry: found.entry, retracted: false })
    expect(await found.ask()).toBe('HIT')
    const judged = await judge(kind === 'entry' ? 'key-a' : 'admin-key', 'wrong')
    expect(judged.json).toEqual({ status: 'noted', entry: found.entry, retracted: true })
    expect(await found.ask()).toBe('MISS')
  })

  test('feedback needs a key, a verdict and an id that is known', async () => {
    expect((await call('POST', '/cache/feedback', { body: { id: 'x', verdict: 'right' } })).status).toBe(401)
    const judge = (body: object) => call('POST', '/cache/feedback', { headers: ADMIN, body })
    expect((await judge({ id: 'x', verdict: 'bad' })).json.error.param).toBe('verdict')
    expect((await judge({ id: 'x', verdict: 'right' })).status).toBe(404)
  })

  test('another method is told which one is right', async () => {
    const answer = await call('GET', '/cache/flush', { headers: ADMIN })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    expect((await call('PUT', '/cache/entries/x', { headers: ADMIN })).headers.get('allow')).toBe('DELETE, OPTIONS')
  })
})

describe.each(TRANSPORTS)('guessing, over %s', (transport) => {
  test('is slowed, also for the right key', async () => {
    const trio = await startCached(KEYED, transport)
    const { call } = createClient(() => trio)
    const codes: number[] = []
    for (let guess = 0; guess < 5; guess++) {
      codes.push((await call('POST', '/session', { body: { key: `guess ${guess}` } })).status)
    }
    expect(codes).toEqual([401, 401, 401, 401, 401])
    const right = await call('GET', '/cache/stats', { headers: ADMIN })
    expect([right.status, right.headers.get('retry-after')]).toEqual([429, '1'])
    await trio.close()
  })
})

describe.each(TRANSPORTS)('without an admin key, over %s', (transport) => {
  test('an open gateway on loopback shows all to this machine', async () => {
    const trio = await startCached({}, transport)
    const { call, hit } = createClient(() => trio)
    await hit()
    expect((await call('GET', '/cache/stats')).json).toMatchObject({ hits: 1, entries: 1 })
    expect((await call('POST', '/session', { body: { key: 'any' } })).json).toEqual({ status: 'open' })
    expect((await call('GET', '/cache/stats', { headers: { origin: 'https://evil.example' } })).status).toBe(403)
    await trio.close()
  })

  test('a gateway with client keys keeps its admin paths closed', async () => {
    const trio = await startCached({ auth: { keys: KEYED.auth.keys }, server: { host: '127.0.0.1' } }, transport)
    const { call } = createClient(() => trio)
    const answer = await call('GET', '/cache/stats', { headers: { authorization: 'Bearer key-a' } })
    expect([answer.status, answer.json.error.code]).toEqual([403, 'admin_disabled'])
    expect((await call('POST', '/session', { body: { key: 'any' } })).status).toBe(403)
    await trio.close()
  })
})

test('a session outlives a reload, but not another admin key', async () => {
  const gateway = await startTestGateway({ auth: { adminKeyHash: hash('one') } })
  const opened = await fetch(`${gateway.url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: 'one' }),
  })
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const status = async () => (await fetch(`${gateway.url}/cache/stats`, { headers: { cookie } })).status
  gateway.reload({ auth: { adminKeyHash: hash('one') }, strict: true })
  expect(await status()).toBe(200)
  gateway.reload({ auth: { adminKeyHash: hash('two') } })
  expect(await status()).toBe(401)
  await gateway.close()
})
