import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import {
  type CapturedRequest,
  type ProviderServer,
  type Reply,
  startProviderServer,
} from '../support/provider-server.js'
import { textOf, wholeTextOf } from '../support/read-answer.js'
import { answerWell, FAULTY_WIRES, HELLO, HELLO_TEXT, isStreaming } from '../support/wire-faults.js'

const WIRE = FAULTY_WIRES.anthropic
/** As many as it takes to know how long a model usually lets us wait. */
const ENOUGH = 30
const USAGE = { input_tokens: 3, output_tokens: 0 }

describe('with hedging on', () => {
  let server: ProviderServer
  let gateway: TestGateway
  let asked = 0
  beforeAll(async () => {
    server = await startProviderServer((reply, request) => answerWell(reply, request, WIRE))
    gateway = await startTestGateway({
      attempts: { hedge: { enabled: true, maxExtraShare: 0.2 }, breaker: { minRequests: 1000 } },
      providers: {
        anthropic: {
          type: 'anthropic',
          apiKey: 'key-number-one-01',
          apiKeys: ['key-number-two-02'],
          baseUrl: server.url,
        },
      },
      models: [
        {
          id: 'm',
          provider: 'anthropic',
          upstreamName: 'claude-haiku-4-5',
          price: { inputPerMTok: 1, outputPerMTok: 1 },
        },
        { id: 'unknown', provider: 'anthropic', upstreamName: 'claude-sonnet-4-6' },
      ],
    })
    for (let index = 0; index < ENOUGH; index += 1) for (const stream of [true, false]) await ask({ stream })
  })
  afterAll(async () => {
    await gateway.close()
    await server.close()
  })

  async function ask({ stream, fields = {}, model = 'm' }: { stream: boolean; fields?: object; model?: string }) {
    asked += 1
    const id = `hedge-${asked}`
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id, 'x-cache': 'skip' },
      body: JSON.stringify({ model, stream, max_tokens: 100, messages: [{ role: 'user', content: id }], ...fields }),
    })
    const body = await response.text()
    return { id, status: response.status, text: stream ? textOf('anthropic', body) : wholeTextOf('anthropic', body) }
  }

  /** Answers the first call with the first script and so on. */
  function script(...scripts: readonly ((reply: Reply, request: CapturedRequest) => void)[]): CapturedRequest[] {
    const calls: CapturedRequest[] = []
    server.script((reply, request) => {
      calls.push(request)
      scripts[calls.length - 1]?.(reply, request)
    })
    return calls
  }
  const well = (reply: Reply, request: CapturedRequest): void => answerWell(reply, request, WIRE)
  const silence = (reply: Reply, request: CapturedRequest): void => {
    if (!isStreaming(request)) return
    reply.open()
    reply.write(WIRE.silence)
  }

  test.each([true, false])(
    'a late answer (streamed: %s) is asked for again, and the late one is given up',
    async (stream) => {
      const calls = script(silence, well)
      const got = await ask({ stream })
      expect(got).toMatchObject({ status: 200, text: HELLO_TEXT })
      // The call that lost is not left running, and the other one had another key.
      await calls[0]?.closed
      expect(new Set(calls.map(({ headers }) => headers['x-api-key'])).size).toBe(2)
      expect(await gateway.settled(got.id)).toMatchObject({
        end: 'complete',
        attempts: 2,
        inputTokens: 3,
        tries: [
          { cause: 'first', outcome: 'cancelled' },
          { cause: 'hedge', reason: 'late', outcome: 'complete' },
        ],
      })
    },
  )

  test('what a late answer was counted for is told, and its cost is not known', async () => {
    script((reply) => {
      reply.open()
      const start = {
        type: 'message_start',
        message: { id: 'x', role: 'assistant', model: 'm', content: [], usage: USAGE },
      }
      reply.write(`event: message_start\ndata: ${JSON.stringify(start)}\n\n`)
    }, well)
    const { id } = await ask({ stream: true })
    const line = await gateway.settled(id)
    expect(line).toMatchObject({ attempts: 2, end: 'complete' })
    expect(line.costUsd).toBeUndefined()
  })

  test('a late answer that begins after all is taken, and the second call is given up', async () => {
    let late: (() => void) | undefined
    const calls = script(
      (reply, request) => {
        late = () => well(reply, request)
      },
      () => late?.(),
    )
    const got = await ask({ stream: true })
    expect(got.text).toBe(HELLO_TEXT)
    await calls[1]?.closed
    expect(await gateway.settled(got.id)).toMatchObject({
      tries: [
        { cause: 'first', outcome: 'complete' },
        { cause: 'hedge', outcome: 'cancelled' },
      ],
    })
  })

  test.each([
    ['a model of which too little is known', { model: 'unknown' }],
    ['tools that run at the provider', { fields: { tools: [{ type: 'web_search_20250305', name: 'web_search' }] } }],
    [
      'servers that the provider calls',
      { fields: { mcp_servers: [{ type: 'url', url: 'https://x.example', name: 'x' }] } },
    ],
  ])('%s: nobody is asked twice at once', async (_what, question) => {
    let answer: (() => void) | undefined
    const calls = script((reply, request) => {
      answer = () => well(reply, request)
    })
    const got = ask({ stream: true, ...question })
    await expect.poll(() => answer).toBeDefined()
    await new Promise((resolve) => setTimeout(resolve, 400))
    answer?.()
    expect((await got).text).toBe(HELLO_TEXT)
    expect(calls).toHaveLength(1)
  })
})

test('second calls stay within their share of the traffic', async () => {
  const server = await startProviderServer((reply, request) => answerWell(reply, request, WIRE))
  const gateway = await startTestGateway({
    attempts: { hedge: { enabled: true, maxExtraShare: 0.05 }, breaker: { minRequests: 1000 } },
    providers: { anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: server.url } },
  })
  const ask = async () => {
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-cache': 'skip' },
      body: JSON.stringify({
        model: 'claude-haiku-4-5',
        stream: true,
        max_tokens: 9,
        messages: [{ role: 'user', content: 'Hi' }],
      }),
    })
    return textOf('anthropic', await response.text())
  }
  for (let index = 0; index < 40; index += 1) expect(await ask()).toBe(HELLO_TEXT)
  // From now on every answer is late.
  const before = server.requests.length
  server.script(async (reply, request) => {
    await new Promise((resolve) => setTimeout(resolve, 250))
    answerWell(reply, request, WIRE, HELLO)
  })
  for (let index = 0; index < 20; index += 1) expect(await ask()).toBe(HELLO_TEXT)
  const extra = server.requests.length - before - 20
  expect(extra).toBeGreaterThan(0)
  expect(extra).toBeLessThanOrEqual(0.05 * 60)
  await gateway.close()
  await server.close()
})
