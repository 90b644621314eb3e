import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryCache } from '../support/memory-cache.js'
import { startTrio, TRIO, type Trio, wireAnswer } from '../support/provider-trio.js'
import { TRANSPORTS } from '../support/transports.js'

const ANSWER = wireAnswer({ pieces: ['To', ' be', ', or not', ' to be.'] })
const [OPENAI, ANTHROPIC] = TRIO as [(typeof TRIO)[0], (typeof TRIO)[0]]

describe.each(TRANSPORTS)('over %s', (transport) => {
  let trio: Trio
  let questions = 0
  beforeAll(async () => {
    trio = await startTrio(
      { cache: { maxTemperature: 0.5, excludeModels: ['gpt-4o-mini'] }, timeouts: { idleMs: 300 } },
      { transport, cache: memoryCache({ maxEntryBytes: 20_000 }) },
    )
    trio.answer(OPENAI, ...Array.from({ length: 1000 }, () => ANSWER))
  })
  afterAll(() => trio.close())

  const fresh = (): string => `Question ${++questions}?`
  interface Ask {
    readonly question: string
    readonly headers?: Record<string, string>
    readonly fields?: object
    readonly path?: string
    readonly signal?: AbortSignal
  }
  function send({
    question,
    headers = {},
    fields = {},
    path = '/v1/chat/completions',
    signal,
  }: Ask): Promise<Response> {
    const body = { model: 'gpt-4o', temperature: 0, messages: [{ role: 'user', content: question }], ...fields }
    return fetch(trio.gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      ...(signal !== undefined && { signal }),
    })
  }
  /** Status of the cache and the whole text. */
  async function ask(options: Ask) {
    const response = await send(options)
    const text = await response.text()
    const header = (name: string) => response.headers.get(`x-llmrouter-${name}`)
    return { status: response.status, cache: header('cache'), reason: header('cache-reason'), header, text }
  }
  /** Asks twice and says what the second time brought. */
  async function again(first: Omit<Ask, 'question'>, second: Omit<Ask, 'question'> = first) {
    const question = fresh()
    await ask({ question, ...first })
    return ask({ question, ...second })
  }

  test('the same request again is an exact hit that names its entry and costs nothing', async () => {
    const question = fresh()
    const first = await ask({ question })
    expect([first.status, first.cache]).toEqual([200, 'MISS'])
    const before = trio.server.requests.length
    const second = await ask({ question })
    expect([second.status, second.cache, second.header('cache-kind')]).toEqual([200, 'HIT', 'exact'])
    expect(second.header('entry')).toMatch(/^[0-9a-f]{32}$/)
    expect(second.header('cost-usd')).toBe('0')
    expect([second.header('provider'), second.header('model')]).toEqual(['openai', 'gpt-4o'])
    expect(JSON.parse(second.text)).toMatchObject({ choices: JSON.parse(first.text).choices })
    expect(trio.server.requests).toHaveLength(before)
  })

  test('the log says what it was', async () => {
    const question = fresh()
    await ask({ question })
    await ask({ question, headers: { 'x-request-id': `hit-${transport}` } })
    const line = await trio.gateway.settled(`hit-${transport}`)
    expect(line).toMatchObject({ cache: 'HIT', cacheKind: 'exact', status: 200, attempts: 0, outputTokens: 8 })
  })

  test('asked again and again it stays the answer of its dialect, tenant and headers', async () => {
    const question = fresh()
    const fields = { max_tokens: 10, metadata: { team: 'blue' }, temperature: 0.1 }
    const first = await ask({ question, fields })
    for (let time = 0; time < 4; time++) {
      const again = await ask({ question, fields, headers: { 'x-request-id': `again-${transport}-${time}` } })
      expect([again.cache, again.header('cache-kind')]).toEqual(['HIT', 'exact'])
      expect(JSON.parse(again.text)).toMatchObject({ choices: JSON.parse(first.text).choices })
      const line = await trio.gateway.settled(`again-${transport}-${time}`)
      expect(line).toMatchObject({ metadata: { team: 'blue' }, model: 'gpt-4o', stream: false })
      const other = { question, headers: { 'x-cache-namespace': 'other', 'x-cache': 'only' }, fields }
      expect((await ask(other)).status).toBe(404)
    }
    const inAnthropic = await ask({ question, fields, path: '/v1/messages' })
    expect(JSON.parse(inAnthropic.text)).toMatchObject({ type: 'message', role: 'assistant' })
  })

  describe('a request is passed by', () => {
    test.each<[string, Omit<Ask, 'question'>]>([
      ['X-Cache: skip', { headers: { 'x-cache': 'skip' } }],
      ['Cache-Control: no-store', { headers: { 'cache-control': 'no-store' } }],
      ['n > 1', { fields: { n: 2 } }],
      ['logprobs', { fields: { logprobs: true } }],
      ['temperature', { fields: { temperature: 0.7 } }],
      ['temperature', { fields: { temperature: undefined } }],
      ['model', { fields: { model: 'gpt-4o-mini' } }],
      ['field web_search_options', { fields: { web_search_options: {} } }],
    ])('for %s', async (reason, options) => {
      const second = await again(options)
      expect([second.status, second.cache, second.reason]).toEqual([200, 'SKIP', reason])
    })

    test('unless a mode is asked for, whatever the temperature', async () => {
      const second = await again({ headers: { 'x-cache': 'auto' }, fields: { temperature: 1 } })
      expect(second.cache).toBe('HIT')
    })
  })

  describe('a mode', () => {
    test('skip neither reads nor writes', async () => {
      expect((await again({ headers: { 'x-cache': 'skip' } }, {})).cache).toBe('MISS')
    })

    test('only answers 404 on a miss, and serves a hit', async () => {
      const only = { headers: { 'x-cache': 'only' } }
      const missed = await ask({ question: fresh(), ...only })
      expect(missed.status).toBe(404)
      expect(JSON.parse(missed.text).error).toMatchObject({ code: 'cache_miss' })
      expect((await again({ headers: { 'x-cache': 'auto' } }, only)).cache).toBe('HIT')
    })

    test('refresh asks the provider and overwrites', async () => {
      const question = fresh()
      const auto = { question, headers: { 'x-cache': 'auto' } }
      await ask(auto)
      trio.answer(OPENAI, wireAnswer({ pieces: ['Newer.'] }))
      const refreshed = await ask({ question, headers: { 'x-cache': 'refresh' } })
      trio.answer(OPENAI, ...Array.from({ length: 1000 }, () => ANSWER))
      expect([refreshed.cache, refreshed.text]).toEqual(['REFRESH', expect.stringContaining('Newer.')])
      expect(await ask(auto)).toMatchObject({ cache: 'HIT', text: expect.stringContaining('Newer.') })
    })

    test('an age of zero seconds finds nothing old', async () => {
      const auto = { 'x-cache': 'auto' }
      const question = fresh()
      await ask({ question, headers: auto })
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect((await ask({ question, headers: { ...auto, 'x-cache-max-age': '0' } })).cache).toBe('MISS')
      expect((await ask({ question, headers: { ...auto, 'x-cache-max-age': '60' } })).cache).toBe('HIT')
    })

    test('namespaces share nothing', async () => {
      const named = (name: string) => ({ headers: { 'x-cache': 'auto', 'x-cache-namespace': name } })
      expect((await again(named('a'), named('b'))).cache).toBe('MISS')
      expect((await again(named('a'))).cache).toBe('HIT')
    })
  })

  describe.each(['instant', 'paced', 'recorded'])('replayed %s', (mode) => {
    test('a stream has the same text', async () => {
      const headers = { 'x-cache': 'auto', 'x-cache-replay': mode }
      const second = await again({ headers, fields: { stream: true } })
      expect(second.cache).toBe('HIT')
      expect(deltas(second.text)).toBe('To be, or not to be.')
      expect(second.text).toMatch(/data: \[DONE\]\n\n$/)
    })

    test('a client that goes leaves nothing behind', async () => {
      const question = fresh()
      await ask({ question, headers: { 'x-cache': 'auto' } })
      const controller = new AbortController()
      const id = `gone-${transport}-${mode}`
      const response = await send({
        question,
        headers: { 'x-cache': 'auto', 'x-cache-replay': mode, 'x-request-id': id },
        fields: { stream: true },
        signal: controller.signal,
      })
      controller.abort()
      await response.text().catch(() => {})
      expect(['complete', 'client-gone']).toContain((await trio.gateway.settled(id)).end)
    })
  })

  describe('what is not whole and clean is not kept:', () => {
    const wire = OPENAI.wire.stream(ANSWER)
    const messages = wire.split('\n\n').filter((part) => part !== '')
    const headers = { 'x-cache': 'auto' }

    test.each(messages.map((_, index) => index).slice(0, -1))('a stream cut after %i events', async (count) => {
      const question = fresh()
      trio.script((reply) => {
        reply.open()
        reply.write(
          messages
            .slice(0, count)
            .map((part) => `${part}\n\n`)
            .join(''),
        )
        reply.reset()
      })
      const cut = await ask({ question, headers, fields: { stream: true } }).catch(() => undefined)
      trio.answer(OPENAI, ...Array.from({ length: 1000 }, () => ANSWER))
      const next = await ask({ question, headers, fields: { stream: true } })
      const complete = cut?.text.includes('[DONE]') === true
      expect(next.cache).toBe(complete ? 'HIT' : 'MISS')
      expect(deltas(next.text)).toBe('To be, or not to be.')
    })

    test.each(['length', 'content_filter'])('an answer that ended by %s', async (reason) => {
      const question = fresh()
      trio.script((reply) => reply.json(JSON.parse(OPENAI.wire.body(ANSWER).replace('"stop"', `"${reason}"`))))
      await ask({ question, headers })
      trio.answer(OPENAI, ...Array.from({ length: 1000 }, () => ANSWER))
      expect((await ask({ question, headers })).cache).toBe('MISS')
    })

    test('an error', async () => {
      const question = fresh()
      trio.script((reply) => reply.json({ error: { message: 'no' } }, 500))
      expect((await ask({ question, headers })).status).toBe(502)
      trio.answer(OPENAI, ...Array.from({ length: 1000 }, () => ANSWER))
      expect((await ask({ question, headers })).cache).toBe('MISS')
    })

    test('an answer that is too long to keep', async () => {
      const question = fresh()
      trio.answer(OPENAI, ...Array.from({ length: 2 }, () => wireAnswer({ pieces: ['x'.repeat(30_000)] })))
      await ask({ question, headers })
      expect((await ask({ question, headers })).cache).toBe('MISS')
      trio.answer(OPENAI, ...Array.from({ length: 1000 }, () => ANSWER))
    })

    test('an answer whose client went', async () => {
      const question = fresh()
      const controller = new AbortController()
      let end: () => void = () => {}
      trio.script((reply) => {
        reply.open()
        reply.write(`${messages.slice(0, 3).join('\n\n')}\n\n`)
        end = () => reply.end()
      })
      const response = await send({ question, headers, fields: { stream: true }, signal: controller.signal })
      controller.abort()
      await response.text().catch(() => {})
      end()
      trio.answer(OPENAI, ...Array.from({ length: 1000 }, () => ANSWER))
      expect((await ask({ question, headers })).cache).toBe('MISS')
    })
  })

  test('an Anthropic client hears of a miss in its own format', async () => {
    const missed = await ask({
      question: fresh(),
      path: '/v1/messages',
      headers: { 'x-cache': 'only' },
      fields: { model: ANTHROPIC.model, max_tokens: 10 },
    })
    expect([missed.status, JSON.parse(missed.text)]).toMatchObject([404, { type: 'error' }])
  })
})

function deltas(stream: string): string {
  return [...stream.matchAll(/^data: (\{.*)$/gm)]
    .map(([, data]) => JSON.parse(data ?? '').choices[0]?.delta.content ?? '')
    .join('')
}
