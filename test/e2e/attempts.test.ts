import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryCache } from '../support/memory-cache.js'
import { type CapturedRequest, type Reply, startProviderServer } from '../support/provider-server.js'
import { startTrio, TRIO, wireAnswer } from '../support/provider-trio.js'
import {
  expectBrokenStream,
  expectCleanStream,
  expectErrorAnswer,
  expectLogged,
  textOf,
  wholeTextOf,
} from '../support/read-answer.js'
import { insteadOf, play, spotsConfig, well } from '../support/spots.js'
import { type ClientDialect, startTestBed, type TestBed, UPSTREAM_MODELS } from '../support/test-bed.js'
import { answerWell, FAULTY_WIRES, HELLO_TEXT } from '../support/wire-faults.js'

const OPENAI: ClientDialect = 'openai'
const OVERLOADED = { status: 503, type: 'server_error', code: 'overloaded', anthropicType: 'overloaded_error' }
const busy = (reply: Reply): void => reply.json({}, 503)

const beds: TestBed[] = []
async function start(config: object | ((url: string) => object)): Promise<TestBed> {
  const bed = await startTestBed('uws', config)
  beds.push(bed)
  return bed
}
afterAll(async () => {
  await Promise.all(beds.map((bed) => bed.close()))
})

describe('several keys of one provider', () => {
  const KEYS = ['sk-key-number-one-0123', 'sk-key-number-two-4567', 'sk-key-number-three-89']
  const keyOf = ({ headers }: CapturedRequest): string => String(headers.authorization).replace('Bearer ', '')
  const question = { client: OPENAI, model: 'many/gpt-4o', stream: true } as const

  async function withKeys(attempts: object = {}) {
    return start((url) => ({
      attempts,
      providers: { many: { type: 'openai', apiKey: KEYS[0], apiKeys: KEYS.slice(1), baseUrl: `${url}/v1` } },
    }))
  }

  test('are used in turn', async () => {
    const bed = await withKeys()
    const used: string[] = []
    for (let index = 0; index < 4; index += 1) {
      const asked = bed.ask(question, (reply, _asked, request) => {
        used.push(keyOf(request))
        well(reply, request, 'openai')
      })
      expectCleanStream(OPENAI, await asked.answer, HELLO_TEXT)
    }
    expect(used).toEqual([...KEYS, KEYS[0]])
  })

  test.each([
    ['is refused', 401],
    ['is limited', 429],
  ])('stand in for one that %s, which is left alone for a while', async (_how, status) => {
    const bed = await withKeys({ max: 2 })
    const used: string[] = []
    const ask = async (): Promise<void> => {
      const asked = bed.ask(question, (reply, _asked, request) => {
        used.push(keyOf(request))
        if (keyOf(request) === KEYS[0]) reply.json({ error: { message: `No: ${KEYS[0]}` } }, status)
        else well(reply, request, 'openai')
      })
      expectCleanStream(OPENAI, await asked.answer, HELLO_TEXT)
    }
    for (let index = 0; index < 4; index += 1) await ask()
    expect(used).toEqual([KEYS[0], KEYS[1], KEYS[2], KEYS[1], KEYS[2]])
    for (const key of KEYS) expect(bed.gateway.rawLog()).not.toContain(key)
  })

  test('that are all refused are told as trouble of the gateway', async () => {
    const bed = await withKeys()
    const used = new Set<string>()
    const asked = bed.ask(question, (reply, _asked, request) => {
      used.add(keyOf(request))
      reply.json({}, 401)
    })
    const expected = { status: 502, type: 'upstream_error', code: 'upstream_auth_failed', anthropicType: 'api_error' }
    expectErrorAnswer(OPENAI, await asked.answer, asked.id, expected)
    expect(used.size).toBe(3)
  })
})

describe('a fallback', () => {
  test('that cannot do what the request asks for is passed over', async () => {
    const bed = await start({
      models: [
        { id: 'first', provider: 'openai', upstreamName: 'gpt-4o' },
        { id: 'toolless', provider: 'anthropic', upstreamName: 'claude-haiku-4-5', capabilities: ['vision'] },
        { id: 'short', provider: 'anthropic', upstreamName: 'claude-haiku-4-5', contextTokens: 10 },
        { id: 'able', provider: 'google', upstreamName: 'gemini-2.5-flash', capabilities: ['tools'] },
      ],
      routing: { fallbacks: { first: ['toolless', 'short', 'able'] } },
      attempts: { max: 2 },
    })
    const fields = { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] }
    const played = play(bed, { client: OPENAI, model: 'first', stream: true, fields }, [busy, well])
    expectCleanStream(OPENAI, await played.asked.answer, HELLO_TEXT)
    expect(played.calls()).toEqual(['openai', 'google'])
  })

  test('where the request cannot be said is passed over, and so is one that would lose something in strict mode', async () => {
    const bed = await start({
      strict: true,
      models: [
        { id: 'first', provider: 'openai', upstreamName: 'gpt-4o' },
        { id: 'second', provider: 'anthropic', upstreamName: 'claude-haiku-4-5' },
        { id: 'third', provider: 'openai', upstreamName: 'gpt-4o-mini' },
      ],
      routing: { fallbacks: { first: ['second', 'third'] } },
      attempts: { max: 2 },
    })
    for (const fields of [{ logprobs: true }, { seed: 7 }]) {
      const played = play(bed, { client: OPENAI, model: 'first', stream: true, fields }, [busy, well])
      expectCleanStream(OPENAI, await played.asked.answer, HELLO_TEXT)
      expect(played.calls()).toEqual(['openai', 'openai'])
      expect((await played.asked.answer).headers.get('x-llmrouter-model')).toBe('third')
    }
    // The chosen model's own trouble with it is the client's to know.
    const fields = { seed: 7 }
    const pinned = play(bed, { client: OPENAI, model: 'second', stream: true, fields }, [well])
    expect((await pinned.asked.answer).status).toBe(400)
    expect(pinned.calls()).toEqual([])
  })

  test('with a longer context takes what is too long for the chosen model', async () => {
    const bed = await start({
      models: [
        { id: 'first', provider: 'openai', upstreamName: 'gpt-4o', contextTokens: 1000 },
        { id: 'same', provider: 'anthropic', upstreamName: 'claude-haiku-4-5', contextTokens: 1000 },
        { id: 'longer', provider: 'google', upstreamName: 'gemini-2.5-flash', contextTokens: 2000 },
      ],
      routing: { fallbacks: { first: ['same', 'longer'] } },
      attempts: { max: 2 },
    })
    const tooLong = (reply: Reply): void => reply.json({ error: { message: 'The prompt is too long.' } }, 400)
    const played = play(bed, { client: OPENAI, model: 'first', stream: false }, [tooLong, well])
    expect(wholeTextOf(OPENAI, (await played.asked.answer).text)).toBe(HELLO_TEXT)
    expect(played.calls()).toEqual(['openai', 'google'])
  })

  test.each([true, false])('answers for a provider that refuses connections; streamed: %s', async (stream) => {
    const gone = await startProviderServer()
    await gone.close()
    const bed = await start((url) => ({
      providers: {
        gone: { type: 'openai', apiKey: 'k', baseUrl: `${gone.url}/v1` },
        anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: url },
      },
      models: [
        { id: 'first', provider: 'gone', upstreamName: 'gpt-4o' },
        { id: 'second', provider: 'anthropic', upstreamName: 'claude-haiku-4-5' },
      ],
      routing: { fallbacks: { first: ['second'] } },
      attempts: { max: 3, retryShare: 1 },
    }))
    const saved = play(bed, { client: OPENAI, model: 'first', stream }, [well])
    const { text } = await saved.asked.answer
    expect(stream ? textOf(OPENAI, text) : wholeTextOf(OPENAI, text)).toBe(HELLO_TEXT)
    const tries = [{ cause: 'first', error: 'upstream_error' }, { cause: 'retry' }, { cause: 'fallback' }]
    expect((await saved.asked.settled()).tries).toMatchObject(tries)

    const alone = play(bed, { client: OPENAI, model: 'gone/another', stream }, [well])
    const told = { status: 502, type: 'server_error', code: 'upstream_error', anthropicType: 'api_error' }
    expectErrorAnswer(OPENAI, await alone.asked.answer, alone.asked.id, told)
    await expectLogged(alone.asked, { end: 'failed', attempts: 3 })
  })

  test('is not for clients that may not use it', async () => {
    const key = 'llmr-client-key-of-this-test'
    const hash = `sha256:${Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))).toString(
      'hex',
    )}`
    const bed = await start({
      auth: { keys: [{ name: 'narrow', hash, models: ['first', 'named'] }] },
      aliases: { named: 'first' },
      models: [
        { id: 'first', provider: 'openai', upstreamName: 'gpt-4o' },
        { id: 'second', provider: 'anthropic', upstreamName: 'claude-haiku-4-5' },
      ],
      routing: { fallbacks: { first: ['second'] } },
      attempts: { max: 2, retryShare: 0 },
    })
    const headers = { authorization: `Bearer ${key}` }
    const pinned = play(bed, { client: OPENAI, model: 'first', stream: true, headers }, [busy, well])
    expectErrorAnswer(OPENAI, await pinned.asked.answer, pinned.asked.id, OVERLOADED)
    // What an alias stands for is the gateway's choice.
    const aliased = play(bed, { client: OPENAI, model: 'named', stream: true, headers }, [busy, well])
    expectCleanStream(OPENAI, await aliased.asked.answer, HELLO_TEXT)
    expect(aliased.calls()).toEqual(['openai', 'anthropic'])
  })

  test('is the strong model for a routed request when nothing is configured', async () => {
    const bed = await start({
      models: [
        { id: 'cheap', provider: 'openai', upstreamName: 'gpt-4o', price: { inputPerMTok: 1, outputPerMTok: 1 } },
        {
          id: 'strong',
          provider: 'anthropic',
          upstreamName: 'claude-haiku-4-5',
          price: { inputPerMTok: 9, outputPerMTok: 9 },
        },
      ],
      routing: { auto: { cheap: 'cheap', strong: 'strong' } },
      attempts: { max: 2, breaker: { minRequests: 100 } },
    })
    const routed = play(bed, { client: OPENAI, model: 'auto', stream: true, headers: { 'x-route': 'quality' } }, [
      busy,
      well,
    ])
    expectCleanStream(OPENAI, await routed.asked.answer, HELLO_TEXT)
    expect(routed.calls()).toEqual(['anthropic', 'anthropic'])
    const cheapest = play(bed, { client: OPENAI, model: 'auto', stream: true, headers: { 'x-route': 'cheapest' } }, [
      busy,
    ])
    expectErrorAnswer(OPENAI, await cheapest.asked.answer, cheapest.asked.id, OVERLOADED)
    expect(cheapest.calls()).toEqual(['openai', 'openai'])
  })
})

describe('a circuit breaker', () => {
  const BREAKER = { windowMs: 60_000, minRequests: 4, failureRatio: 0.5, openMs: 700 }

  test('opens after failures, spares the provider, and closes when it is well again', async () => {
    const bed = await start((url) => ({
      attempts: { max: 1, breaker: BREAKER },
      ...spotsConfig([{ model: 'm', provider: 'openai', fallback: undefined }], url),
    }))
    const ask = (script: (reply: Reply, request: CapturedRequest) => void) => {
      let calls = 0
      const asked = bed.ask({ client: OPENAI, model: 'm', stream: true }, (reply, _asked, request) => {
        calls += 1
        script(reply, request)
      })
      return { asked, calls: () => calls }
    }
    const health = async () => (await (await fetch(`${bed.gateway.url}/health`)).json()) as Health
    const breaker = async () => (await health()).providers.find(({ name }) => name === 'at-m')?.breaker

    for (let call = 0; call < 4; call += 1) expect((await ask(busy).asked.answer).status).toBe(503)
    expect([await breaker(), (await health()).status]).toEqual(['open', 'degraded'])
    const spared = ask((reply, request) => well(reply, request, 'openai'))
    const told = { ...OVERLOADED, message: /leaves it alone/ }
    expectErrorAnswer(OPENAI, await spared.asked.answer, spared.asked.id, told)
    expect((await spared.asked.answer).headers.get('retry-after')).toBe('1')
    expect(spared.calls()).toBe(0)
    await expectLogged(spared.asked, { attempts: 0, error: 'overloaded' })

    // One call at a time finds out whether it is well again.
    await expect.poll(breaker).toBe('half-open')
    let release: (() => void) | undefined
    const trial = ask((reply, request) => {
      release = () => well(reply, request, 'openai')
    })
    await expect.poll(() => release).toBeDefined()
    const beside = ask((reply, request) => well(reply, request, 'openai'))
    expect((await beside.asked.answer).status).toBe(503)
    expect(beside.calls()).toBe(0)
    release?.()
    expectCleanStream(OPENAI, await trial.asked.answer, HELLO_TEXT)
    expect([await breaker(), (await health()).status]).toEqual(['closed', 'ok'])
  })

  test('sends requests to the fallback at once', async () => {
    const bed = await start((url) => ({
      attempts: { max: 2, breaker: { ...BREAKER, openMs: 60_000 } },
      ...spotsConfig([{ model: 'm', provider: 'openai', fallback: 'anthropic' }], url),
    }))
    const ask = () =>
      play(bed, { client: OPENAI, model: 'm', stream: true }, [
        (reply, request, provider) => (provider === 'openai' ? busy(reply) : well(reply, request, provider)),
      ])
    for (let index = 0; index < 4; index += 1) {
      const played = ask()
      expectCleanStream(OPENAI, await played.asked.answer, HELLO_TEXT)
      expect(played.calls()).toEqual(['openai', 'anthropic'])
    }
    const spared = ask()
    expectCleanStream(OPENAI, await spared.asked.answer, HELLO_TEXT)
    expect(spared.calls()).toEqual(['anthropic'])
    expect((await spared.asked.answer).headers.get('x-llmrouter-model')).toBe(insteadOf('m'))
    await expectLogged(spared.asked, { attempts: 1, detour: 'fallback' })
  })

  test('is not opened by what clients do wrong, by limits or by clients that go', async () => {
    const bed = await start((url) => ({
      attempts: { max: 1, breaker: BREAKER },
      ...spotsConfig([{ model: 'm', provider: 'openai', fallback: undefined }], url),
    }))
    for (const status of [400, 400, 404, 429, 429, 401, 401, 413]) {
      const asked = bed.ask({ client: OPENAI, model: 'm', stream: true }, (reply) => reply.json({}, status))
      await asked.answer
    }
    for (let index = 0; index < 8; index += 1) {
      const asked = bed.ask({ client: OPENAI, model: 'm', stream: true }, () => asked.abort())
      await asked.answer.catch(() => {})
      await asked.settled()
    }
    const fine = play(bed, { client: OPENAI, model: 'm', stream: true }, [well])
    expectCleanStream(OPENAI, await fine.asked.answer, HELLO_TEXT)
  })

  interface Health {
    readonly status: string
    readonly providers: readonly { readonly name: string; readonly breaker: string }[]
  }
})

describe('while an answer is tried for', () => {
  test('a client that goes ends the waiting, and nobody is called for it any more', async () => {
    const bed = await start({ attempts: { max: 3 } })
    let calls = 0
    const asked = bed.ask({ client: OPENAI, model: UPSTREAM_MODELS.openai, stream: true }, (reply) => {
      calls += 1
      reply.json({}, 429, { 'retry-after': '20' })
    })
    await asked.received
    // The gateway waits now; it tells nobody.
    await new Promise((resolve) => setTimeout(resolve, 200))
    asked.abort()
    await expectLogged(asked, { end: 'client-gone', status: 499, attempts: 1 })
    expect(calls).toBe(1)
  })

  test('a gateway that has to end cuts the waiting', async () => {
    const bed = await startTestBed('uws', { attempts: { max: 3 }, server: { drainTimeoutMs: 100 } })
    const asked = bed.ask({ client: OPENAI, model: UPSTREAM_MODELS.openai, stream: true }, (reply) =>
      reply.json({}, 429, { 'retry-after': '20' }),
    )
    await asked.received
    await bed.gateway.gateway.drain()
    const expected = { ...OVERLOADED, code: 'shutting_down' }
    expectErrorAnswer(OPENAI, await asked.answer, asked.id, expected)
    await bed.close()
  })

  describe('headers that are sent early', () => {
    let bed: TestBed
    beforeAll(async () => {
      bed = await start((url) => ({
        attempts: { max: 3, breaker: { minRequests: 100 } },
        timeouts: { commitHeadersMs: 30 },
        ...spotsConfig(
          [
            { model: 'sole', provider: 'openai', fallback: undefined },
            { model: 'm', provider: 'openai', fallback: 'anthropic' },
            { model: 'm2', provider: 'openai', fallback: 'anthropic' },
          ],
          url,
        ),
      }))
    })

    test('do not keep another attempt from answering', async () => {
      let calls = 0
      const asked = bed.ask({ client: OPENAI, model: 'sole', stream: true }, async (reply, { head }, request) => {
        calls += 1
        expect((await head).headers.get('x-llmrouter-model')).toBe('sole')
        if (calls === 1) reply.stream(FAULTY_WIRES.openai.silence + FAULTY_WIRES.openai.overloadedEvent)
        else answerWell(reply, request, FAULTY_WIRES.openai)
      })
      expectCleanStream(OPENAI, await asked.answer, HELLO_TEXT)
      expect(calls).toBe(2)
    })

    test('do not name a model where another one may answer', async () => {
      const asked = bed.ask({ client: OPENAI, model: 'm', stream: true }, async (reply, { head }, request) => {
        await head
        if (request.path.endsWith('/messages')) answerWell(reply, request, FAULTY_WIRES.anthropic)
        else reply.json({}, 401)
      })
      const { headers } = await asked.answer
      expectCleanStream(OPENAI, await asked.answer, HELLO_TEXT)
      expect([headers.get('x-llmrouter-model'), headers.get('x-llmrouter-provider')]).toEqual([null, null])
      await expectLogged(asked, { model: insteadOf('m'), detour: 'fallback' })
    })

    test('are followed by the error when all attempts have failed', async () => {
      for (const client of ['openai', 'anthropic'] as const) {
        let calls = 0
        const asked = bed.ask({ client, model: 'm2', stream: true }, async (reply, { head }) => {
          calls += 1
          await head
          busy(reply)
        })
        expectBrokenStream(client, await asked.answer, asked.id, { ...OVERLOADED, text: '' })
        expect(calls).toBe(3)
        await expectLogged(asked, { end: 'broken', error: 'overloaded' })
      }
    })
  })
})

describe('what is no chat', () => {
  test('is tried again at the same model, and nowhere else', async () => {
    const bed = await start({
      attempts: { max: 3, breaker: { minRequests: 100 } },
      models: [
        { id: 'vectors', provider: 'openai', upstreamName: 'text-embedding-3-small', capabilities: ['embeddings'] },
        { id: 'vectors-too', provider: 'openai', upstreamName: 'text-embedding-3-large', capabilities: ['embeddings'] },
        { id: 'claude', provider: 'anthropic', upstreamName: 'claude-haiku-4-5' },
        { id: 'claude-too', provider: 'anthropic', upstreamName: 'claude-sonnet-4-6' },
      ],
      routing: { fallbacks: { vectors: ['vectors-too'], claude: ['claude-too'] } },
    })
    const post = async (path: string, body: object) => {
      const response = await fetch(bed.gateway.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: await response.json() }
    }
    const models = () => bed.server.requests.splice(0).map(({ json }) => json.model)
    const answers = (fails: number, good: object): void => {
      let calls = 0
      bed.server.script((reply) => (++calls > fails ? reply.json(good) : busy(reply)))
    }

    const vectors = {
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [1] }],
      model: 'x',
      usage: { prompt_tokens: 1, total_tokens: 1 },
    }
    answers(2, vectors)
    expect(await post('/v1/embeddings', { model: 'vectors', input: 'a' })).toEqual({ status: 200, body: vectors })
    expect(models()).toEqual(Array(3).fill('text-embedding-3-small'))
    answers(9, vectors)
    expect((await post('/v1/embeddings', { model: 'vectors', input: 'a' })).status).toBe(503)
    expect(models()).toEqual(Array(3).fill('text-embedding-3-small'))

    const count = { model: 'claude', messages: [{ role: 'user', content: 'Hi' }] }
    answers(1, { input_tokens: 8 })
    expect(await post('/v1/messages/count_tokens', count)).toEqual({ status: 200, body: { input_tokens: 8 } })
    expect(models()).toEqual(['claude-haiku-4-5', 'claude-haiku-4-5'])
    answers(9, {})
    expect((await post('/v1/messages/count_tokens', count)).status).toBe(503)
    expect(models()).toHaveLength(3)
  })
})

test('an answer of a fallback is not kept for the model that was asked for', async () => {
  const [openai, anthropic] = TRIO
  const trio = await startTrio(
    { routing: { fallbacks: { 'gpt-4o': ['claude-sonnet-4-6'] } }, attempts: { max: 2, retryShare: 0 } },
    { cache: memoryCache() },
  )
  const ask = async () => {
    const response = await fetch(`${trio.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'What is the capital?' }] }),
    })
    await response.text()
    return [response.status, response.headers.get('x-llmrouter-cache'), response.headers.get('x-llmrouter-model')]
  }
  const answer = wireAnswer({ pieces: ['Lisbon'] })
  let isWell = false
  trio.script((reply, { path }) => {
    if (path.endsWith('/messages')) reply.json(anthropic?.wire.body(answer))
    else if (isWell) reply.json(openai?.wire.body(answer))
    else busy(reply)
  })
  expect(await ask()).toEqual([200, 'MISS', 'claude-sonnet-4-6'])
  isWell = true
  expect(await ask()).toEqual([200, 'MISS', 'gpt-4o'])
  await expect.poll(ask).toEqual([200, 'HIT', 'gpt-4o'])
  await trio.close()
})

test('the gateway makes no more retries than its share of the traffic', async () => {
  const bed = await start({ attempts: { max: 3, retryShare: 0 } })
  const played = play(bed, { client: OPENAI, model: UPSTREAM_MODELS.openai, stream: true }, [busy, well])
  expectErrorAnswer(OPENAI, await played.asked.answer, played.asked.id, OVERLOADED)
  expect(played.calls()).toEqual(['openai'])
})
