import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { memoryCache } from '../support/memory-cache.js'
import {
  type CapturedRequest,
  type ProviderServer,
  type Reply,
  startProviderServer,
} from '../support/provider-server.js'
import { textOf, wholeTextOf } from '../support/read-answer.js'
import { readMetrics } from '../support/read-metrics.js'
import { scriptedInference } from '../support/scripted-inference.js'
import { TRANSPORTS } from '../support/transports.js'
import { anthropicWire } from '../support/wire-answers.js'

const STRONG_TEXT = 'The strong answer.'
const STRONG = { model: 'strong', pieces: ['The strong', ' answer.'], inputTokens: 200, outputTokens: 20 }

interface Choice {
  readonly content?: string | null
  readonly refusal?: string
  readonly finish?: string
}

/** The cheap model's answer, whole or streamed. */
function cheap({ content = null, finish = 'stop', refusal }: Choice) {
  return (reply: Reply, { json }: CapturedRequest): void => {
    const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 }
    const head = { id: 'chatcmpl-1', created: 1, model: 'cheap' }
    if (json.stream !== true) {
      const message = { role: 'assistant', content, refusal: refusal ?? null }
      const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }]
      return reply.json({ ...head, object: 'chat.completion', choices, usage })
    }
    const chunk = (choices: object[], more: object = {}) =>
      `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`
    const delta = (fields: object) => chunk([{ index: 0, delta: fields, finish_reason: null }])
    reply.stream(
      [
        delta({ role: 'assistant', content: '' }),
        ...(content === null ? [] : [delta({ content })]),
        ...(refusal === undefined ? [] : [delta({ refusal })]),
        chunk([{ index: 0, delta: {}, finish_reason: finish }]),
        chunk([], { usage }),
        'data: [DONE]\n\n',
      ].join(''),
    )
  }
}

function strong(reply: Reply, { json }: CapturedRequest): void {
  if (json.stream === true) reply.stream(anthropicWire.stream(STRONG))
  else reply.json(anthropicWire.body(STRONG))
}

const SCHEMA = {
  type: 'json_schema',
  json_schema: { name: 'a', schema: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } },
}

describe.each(TRANSPORTS)('over %s, with escalation on', (transport) => {
  let server: ProviderServer
  let gateway: TestGateway
  let asks = 0
  let answers = { cheap: cheap({ content: 'Cheap words.' }), strong }
  /** Who was called, in order. */
  let calls: string[] = []

  beforeAll(async () => {
    server = await startProviderServer((reply, request) => {
      const tier = request.path.endsWith('/messages') ? 'strong' : 'cheap'
      calls.push(tier)
      return answers[tier](reply, request)
    })
    gateway = await startTestGateway(config(server.url), {
      transport,
      inference: scriptedInference(),
      cache: memoryCache(),
    })
  })
  afterAll(async () => {
    await gateway.close()
    await server.close()
  })
  beforeEach(() => {
    calls = []
    answers = { cheap: cheap({ content: 'Cheap words.' }), strong }
  })

  async function ask(fields: object = {}, headers: Record<string, string> = {}) {
    asks += 1
    const id = `escalation-${transport}-${asks}`
    const { stream, ...more } = { stream: false, ...fields }
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id, ...headers },
      body: JSON.stringify({
        model: 'auto',
        stream,
        messages: [{ role: 'user', content: `Question ${asks} [[score 0.1]]` }],
        ...more,
      }),
    })
    const body = await response.text()
    const header = (name: string) => response.headers.get(`x-llmrouter-${name}`)
    return {
      id,
      status: response.status,
      body,
      text: stream ? textOf('openai', body) : response.ok ? wholeTextOf('openai', body) : '',
      model: header('model'),
      route: header('route'),
      cost: header('cost-usd'),
      cache: header('cache'),
      line: await gateway.settled(id),
    }
  }

  async function requestsUnderWay(): Promise<number | undefined> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text()
    return readMetrics(text).sum('llmrouter_active_requests')
  }

  const ways = [false, true].map((stream) => ({ stream, how: stream ? 'streamed' : 'whole' }))

  describe.each(ways)('an answer that is $how', ({ stream }) => {
    test.each([
      ['empty', { content: '' }],
      ['refused', { refusal: 'I will not.' }],
      ['refused', { finish: 'content_filter' }],
      ['cut', { finish: 'length' }],
    ])('and %s (%o) is asked for once more, of the strong model', async (reason, choice) => {
      answers.cheap = cheap(choice)
      const told = await ask({ stream })
      expect(told).toMatchObject({ status: 200, text: STRONG_TEXT, model: 'strong', cache: 'MISS' })
      expect(told.route).toBe('strategy=auto; score=0.10; threshold=0.50; reason=escalation')
      expect(calls).toEqual(['cheap', 'strong'])
      expect(told.body).not.toContain('I will not')
      // 100 at $1 and 10 at $2, 200 at $10 and 20 at $20 a million.
      if (!stream) expect(told.cost).toBe('0.00252')
      expect(told.line).toMatchObject({ costUsd: '0.00252', detour: 'escalation', model: 'strong' })
      expect(told.line.tries).toMatchObject([
        { model: 'cheap', cause: 'first', outcome: 'rejected', costUsd: '0.00012' },
        { model: 'strong', cause: 'escalation', reason, outcome: 'complete', costUsd: '0.0024' },
      ])
    })

    test('and good is not', async () => {
      const told = await ask({ stream })
      expect(told).toMatchObject({ text: 'Cheap words.', model: 'cheap' })
      expect(told.route).toMatch(/reason=score$/)
      expect(calls).toEqual(['cheap'])
    })

    test('and cut where the client wanted it is not', async () => {
      answers.cheap = cheap({ content: stream ? null : 'Cheap', finish: 'length' })
      expect(await ask({ stream, max_tokens: 10 })).toMatchObject({ status: 200, model: 'cheap' })
      expect(calls).toEqual(['cheap'])
    })

    test.each([
      ['fails', (reply: Reply) => reply.json({ error: { type: 'overloaded_error', message: 'Later.' } }, 529)],
      ['says something that cannot be read', (reply: Reply) => reply.json('<html>')],
      [
        'says even less',
        (reply: Reply, { json }: CapturedRequest) => {
          const nothing = { ...STRONG, pieces: [] }
          if (json.stream === true) reply.stream(anthropicWire.stream(nothing))
          else reply.json(anthropicWire.body(nothing))
        },
      ],
    ])('is given after all when the strong model %s', async (_what, answer) => {
      answers.cheap = cheap({ refusal: 'I will not.' })
      answers.strong = answer
      const told = await ask({ stream })
      expect(told).toMatchObject({ status: 200, model: 'cheap' })
      expect(told.route).toMatch(/reason=score$/)
      expect(told.body.match(/I will not/g)).toHaveLength(1)
      if (stream) expect(told.body.endsWith('data: [DONE]\n\n')).toBe(true)
      expect(calls).toEqual(['cheap', 'strong'])
      expect(told.line).toMatchObject({ end: 'complete', model: 'cheap' })
      expect(told.line.tries).toMatchObject([{ outcome: 'complete' }, { cause: 'escalation' }])
    })

    test('is kept when the strong model gave it, and not when it is not good enough', async () => {
      const messages = (what: string) => [{ role: 'user', content: `${what} ${stream} [[score 0.1]]` }]
      answers.cheap = cheap({ refusal: 'I will not.' })
      await ask({ stream, messages: messages('Good') })
      expect(await ask({ stream, messages: messages('Good') })).toMatchObject({ cache: 'HIT', text: STRONG_TEXT })
      answers.strong = (reply) => reply.json({}, 500)
      await ask({ stream, messages: messages('Bad') })
      expect((await ask({ stream, messages: messages('Bad') })).cache).toBe('MISS')
    })

    test.each([
      ['names its model', { model: 'cheap' }, {}],
      ['names a provider', {}, { 'x-provider': 'easy' }],
      ['asks for the cheapest model', {}, { 'x-route': 'cheapest' }],
      ['lets tools run at the provider', { store: true }, {}],
    ])('is taken as it is when the request %s', async (_what, fields, headers) => {
      answers.cheap = cheap({ content: '' })
      expect((await ask({ stream, ...fields }, headers)).status).toBe(200)
      expect(calls).toEqual(['cheap'])
    })
  })

  describe('an answer in a format', () => {
    test.each([
      ['is not JSON', SCHEMA, 'Here: {"a":1}'],
      ['does not fit its schema', SCHEMA, '{"a":"1"}'],
      ['is no object', { type: 'json_object' }, '[1]'],
    ])('that %s is asked for once more', async (_what, response_format, content) => {
      answers.cheap = cheap({ content })
      const told = await ask({ response_format })
      expect(told.text).toBe(STRONG_TEXT)
      expect(told.line.tries).toMatchObject([{}, { cause: 'escalation', reason: 'schema' }])
    })

    test('that fits is not', async () => {
      answers.cheap = cheap({ content: '{"a":1}' })
      expect((await ask({ response_format: SCHEMA })).text).toBe('{"a":1}')
      expect(calls).toEqual(['cheap'])
    })

    test('is not held back to be looked at when it streams, but not kept either', async () => {
      const fields = {
        stream: true,
        response_format: SCHEMA,
        messages: [{ role: 'user', content: 'Shape [[score 0.1]]' }],
      }
      answers.cheap = cheap({ content: '{"a":"1"}' })
      expect((await ask(fields)).text).toBe('{"a":"1"}')
      expect(await ask(fields)).toMatchObject({ cache: 'MISS' })
      expect(calls).toEqual(['cheap', 'cheap'])
    })
  })

  test('a cheap model that fails falls back, and the strong one is not asked twice', async () => {
    answers.cheap = (reply) => reply.json({}, 400)
    expect((await ask()).status).toBe(400)
    answers.cheap = (reply) => reply.json({}, 503)
    calls = []
    expect(await ask()).toMatchObject({ status: 200, text: STRONG_TEXT })
    expect(calls).toEqual(['cheap', 'strong'])
  })

  test('a client that goes while the strong model is asked ends that call too', async () => {
    answers.cheap = cheap({ content: '' })
    let arrived: () => void = () => {}
    const seen = new Promise<void>((resolve) => {
      arrived = resolve
    })
    let closed: Promise<void> | undefined
    answers.strong = (_reply, request) => {
      closed = request.closed
      arrived()
    }
    const controller = new AbortController()
    const id = `gone-${transport}`
    const asked = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: { 'content-type': 'application/json', 'x-request-id': id },
      body: JSON.stringify({
        model: 'auto',
        stream: true,
        messages: [{ role: 'user', content: 'Gone? [[score 0.1]]' }],
      }),
    }).catch(() => {})
    await seen
    controller.abort()
    await asked
    await closed
    const line = await gateway.settled(id)
    expect(line.tries).toMatchObject([{ outcome: 'rejected' }, { cause: 'escalation', outcome: 'client-gone' }])
  })

  test('those who joined get the strong answer as well', async () => {
    let go: () => void = () => {}
    answers.cheap = async (reply, request) => {
      await new Promise<void>((resolve) => {
        go = resolve
      })
      cheap({ refusal: 'I will not.' })(reply, request)
    }
    const fields = { stream: true, messages: [{ role: 'user', content: 'Together [[score 0.1]]' }] }
    const first = ask(fields)
    await expect.poll(() => calls).toEqual(['cheap'])
    const second = ask(fields)
    await expect.poll(() => requestsUnderWay()).toBe(2)
    go()
    expect(await Promise.all([first, second])).toMatchObject([
      { text: STRONG_TEXT, cache: 'MISS' },
      { text: STRONG_TEXT, cache: 'JOIN', model: 'strong' },
    ])
    expect(calls).toEqual(['cheap', 'strong'])
  })

  test('escalations are counted', async () => {
    const samples = async () => readMetrics(await (await fetch(`${gateway.url}/metrics`)).text())
    const count = (now: Awaited<ReturnType<typeof samples>>) =>
      now.sum('llmrouter_escalations_total', { from: 'cheap', to: 'strong' }) ?? 0
    const before = count(await samples())
    answers.cheap = cheap({ content: '' })
    await ask()
    expect(count(await samples())).toBe(before + 1)
  })

  test('nothing is asked twice with escalation off', async () => {
    gateway.reload(config(server.url, false))
    answers.cheap = cheap({ refusal: 'I will not.' })
    expect(await ask()).toMatchObject({ model: 'cheap' })
    expect(calls).toEqual(['cheap'])
    gateway.reload(config(server.url))
  })
})

function config(url: string, escalate = true) {
  const limits = { contextTokens: 100_000, maxOutputTokens: 4000 }
  const price = (inputPerMTok: number, outputPerMTok: number) => ({ price: { inputPerMTok, outputPerMTok } })
  return {
    providers: {
      easy: { type: 'openai', apiKey: 'k', baseUrl: `${url}/v1` },
      hard: { type: 'anthropic', apiKey: 'k', baseUrl: url },
    },
    models: [
      { id: 'cheap', provider: 'easy', upstreamName: 'cheap', ...limits, ...price(1, 2) },
      { id: 'strong', provider: 'hard', upstreamName: 'strong', ...limits, ...price(10, 20) },
    ],
    routing: { auto: { cheap: 'cheap', strong: 'strong' }, target: { threshold: 0.5 }, sticky: false, escalate },
    attempts: { max: 2, breaker: { minRequests: 1000 } },
  }
}
