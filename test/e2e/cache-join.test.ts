import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryCache } from '../support/memory-cache.js'
import type { Reply } from '../support/provider-server.js'
import { startTrio, TRIO, type Trio, wireAnswer } from '../support/provider-trio.js'
import { TRANSPORTS } from '../support/transports.js'

const PIECES = ['To', ' be', ', or not', ' to be.']
const TEXT = PIECES.join('')
const [OPENAI] = TRIO as [(typeof TRIO)[0]]

describe.each(TRANSPORTS)('over %s', (transport) => {
  let trio: Trio
  let questions = 0
  beforeAll(async () => {
    trio = await startTrio({ timeouts: { keepAliveCommentMs: 40 } }, { transport, cache: memoryCache() })
  })
  afterAll(() => trio.close())

  const fresh = (): string => `Question ${++questions}?`

  /** A provider that sends one more event each time it is told to. */
  function stepwise() {
    const events = OPENAI.wire
      .stream(wireAnswer({ pieces: PIECES }))
      .split('\n\n')
      .filter((part) => part !== '')
      .map((part) => `${part}\n\n`)
    let calls = 0
    let reached: (reply: Reply) => void = () => {}
    const reply = new Promise<Reply>((resolve) => {
      reached = resolve
    })
    trio.script((opened) => {
      calls += 1
      opened.open()
      reached(opened)
    })
    return {
      calls: () => calls,
      async send(count: number): Promise<void> {
        const to = await reply
        for (const event of events.splice(0, count)) to.write(event)
      },
      async finish(): Promise<void> {
        const to = await reply
        for (const event of events.splice(0)) to.write(event)
        to.end()
      },
      async reset(): Promise<void> {
        const to = await reply
        trio.script((again) => again.reset())
        to.reset()
      },
      /** The gateway has given the provider's answer up. */
      closed: async () => trio.server.requests.at(-1)?.closed,
    }
  }

  interface Asked {
    readonly response: Promise<Response>
    readonly text: Promise<string>
    abort(): void
    readonly id: string
  }
  let asks = 0
  function ask(question: string, { stream = true, anthropic = false, headers = {} } = {}): Asked {
    const controller = new AbortController()
    const id = `ask-${transport}-${++asks}`
    const response = fetch(trio.gateway.url + (anthropic ? '/v1/messages' : '/v1/chat/completions'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id, ...headers },
      body: JSON.stringify({
        model: 'gpt-4o',
        max_tokens: 1000,
        stream,
        messages: [{ role: 'user', content: question }],
      }),
      signal: controller.signal,
    })
    const text = response.then((opened) => opened.text())
    for (const promise of [response, text]) promise.catch(() => {})
    return { response, text, abort: () => controller.abort(), id }
  }
  const statusOf = async (asked: Asked) => (await asked.response).headers.get('x-llmrouter-cache')
  /** Requests that have been taken in and wait for their answer. */
  async function active(): Promise<number> {
    const health = (await (await fetch(`${trio.gateway.url}/health`)).json()) as { activeRequests: number }
    return health.activeRequests
  }

  test('a hundred at once make one call, each with the whole answer', async () => {
    const question = fresh()
    const provider = stepwise()
    const first = ask(question)
    await provider.send(3)
    const others = Array.from({ length: 99 }, () => ask(question))
    await expect.poll(active).toBe(100)
    await provider.finish()
    for (const asked of [first, ...others]) expect(textOf(await asked.text)).toBe(TEXT)
    expect(await statusOf(first)).toBe('MISS')
    expect(new Set(await Promise.all(others.map(statusOf)))).toEqual(new Set(['JOIN']))
    expect(provider.calls()).toBe(1)
    expect(await statusOf(ask(question))).toBe('HIT')
  })

  test('the first client may go: the others notice nothing, and the answer is kept', async () => {
    const question = fresh()
    const provider = stepwise()
    const first = ask(question)
    await provider.send(3)
    await first.response
    const others = Array.from({ length: 5 }, () => ask(question))
    await expect.poll(active).toBe(6)
    first.abort()
    await first.text.catch(() => {})
    // Nothing tells when the gateway has seen the client go: it must not tell anybody.
    await new Promise((resolve) => setTimeout(resolve, 300))
    await provider.finish()
    for (const asked of others) expect(textOf(await asked.text)).toBe(TEXT)
    expect(await trio.gateway.settled(first.id)).toMatchObject({ end: 'client-gone', cache: 'MISS' })
    expect(await statusOf(ask(question))).toBe('HIT')
    expect(provider.calls()).toBe(1)
  })

  test('when all have gone the provider is let go', async () => {
    const question = fresh()
    const provider = stepwise()
    const first = ask(question)
    await provider.send(3)
    const second = ask(question)
    await expect.poll(active).toBe(2)
    first.abort()
    await expect.poll(() => trio.gateway.logs().length).toBeGreaterThan(0)
    second.abort()
    await provider.closed()
    expect(await trio.gateway.settled(second.id)).toMatchObject({ end: 'client-gone', cache: 'JOIN' })
    const again = stepwise()
    const next = ask(question)
    await again.finish()
    expect(textOf(await next.text)).toBe(TEXT)
    expect(await statusOf(next)).toBe('MISS')
  })

  test.each([
    [false, true],
    [true, false],
    [false, false],
  ])('an owner that streams %s is joined by one that streams %s', async (ownerStreams, joinerStreams) => {
    const question = fresh()
    let answer: (() => void) | undefined
    trio.script((reply, request) => {
      const wire = wireAnswer({ pieces: PIECES })
      answer = () =>
        request.json.stream === true
          ? reply.stream(OPENAI.wire.stream(wire))
          : reply.json(JSON.parse(OPENAI.wire.body(wire)))
    })
    const owner = ask(question, { stream: ownerStreams })
    await expect.poll(() => answer).toBeDefined()
    const joiner = ask(question, { stream: joinerStreams })
    await expect.poll(active).toBe(2)
    answer?.()
    expect(textOf(await owner.text)).toBe(TEXT)
    expect(textOf(await joiner.text)).toBe(TEXT)
    expect(await statusOf(joiner)).toBe('JOIN')
  })

  test('a client of the other dialect joins in its own format', async () => {
    const question = fresh()
    const provider = stepwise()
    const first = ask(question)
    await provider.send(3)
    const other = ask(question, { anthropic: true })
    await expect.poll(active).toBe(2)
    await provider.finish()
    expect(await statusOf(other)).toBe('JOIN')
    const text = await other.text
    expect(text).toContain('event: message_stop')
    const deltas = [...text.matchAll(/"text_delta","text":"([^"]*)"/g)].map(([, delta]) => delta)
    expect(deltas.join('')).toBe(TEXT)
    await first.text
  })

  test('a failure before the first token is everybody’s, with its status', async () => {
    const question = fresh()
    const provider = stepwise()
    const first = ask(question)
    await provider.send(0)
    const second = ask(question)
    await expect.poll(active).toBe(2)
    await provider.reset()
    for (const asked of [first, second]) expect((await asked.response).status).toBe(502)
  })

  test('a failure that another attempt makes good is nobody’s', async () => {
    const question = fresh()
    const opened: Reply[] = []
    trio.script((reply) => {
      reply.open()
      opened.push(reply)
    })
    const whole = OPENAI.wire.stream(wireAnswer({ pieces: PIECES }))
    const start = whole.slice(0, whole.indexOf('\n\n') + 2)
    const first = ask(question)
    await expect.poll(() => opened.length).toBe(1)
    const others = [ask(question), ask(question, { stream: false }), ask(question, { anthropic: true })]
    await expect.poll(active).toBe(4)
    opened[0]?.write(start)
    opened[0]?.write('data: {"error":{"message":"Overloaded","type":"server_error","code":"server_is_overloaded"}}\n\n')
    await expect.poll(() => opened.length).toBe(2)
    opened[1]?.write(whole)
    opened[1]?.end()
    for (const asked of [first, ...others.slice(0, 2)]) expect(textOf(await asked.text)).toBe(TEXT)
    const deltas = [...((await others[2]?.text) ?? '').matchAll(/"text_delta","text":"([^"]*)"/g)]
    expect(deltas.map(([, delta]) => delta).join('')).toBe(TEXT)
    expect(await trio.gateway.settled(first.id)).toMatchObject({ attempts: 2, inputTokens: 21 })
    expect(await statusOf(ask(question))).toBe('HIT')
  })

  test('a failure after it ends every stream with an error and no [DONE]', async () => {
    const question = fresh()
    const provider = stepwise()
    const first = ask(question)
    await provider.send(3)
    const second = ask(question)
    await second.response
    await provider.reset()
    for (const asked of [first, second]) {
      const text = await asked.text
      expect(text).toContain('"error"')
      expect(text).not.toContain('[DONE]')
    }
    trio.answer(OPENAI, wireAnswer({ pieces: PIECES }))
    expect(await statusOf(ask(question))).toBe('MISS')
  })

  test('a follower hears that the connection is alive while nothing comes', async () => {
    const question = fresh()
    const provider = stepwise()
    const first = ask(question)
    await provider.send(3)
    const second = ask(question)
    await second.response
    await new Promise((resolve) => setTimeout(resolve, 120))
    await provider.finish()
    expect(await second.text).toContain(': keep-alive')
    await first.text
  })

  test('skip and refresh never join, and another tenant’s namespace does not either', async () => {
    const question = fresh()
    const provider = stepwise()
    const first = ask(question)
    await provider.send(3)
    await first.response
    trio.answer(OPENAI, ...Array.from({ length: 3 }, () => wireAnswer({ pieces: PIECES })))
    for (const headers of [{ 'x-cache': 'skip' }, { 'x-cache-namespace': 'other' }, { 'x-cache': 'refresh' }]) {
      const asked = ask(question, { headers })
      expect(textOf(await asked.text)).toBe(TEXT)
      expect(await statusOf(asked)).not.toBe('JOIN')
    }
    await provider.finish()
    expect(textOf(await first.text)).toBe(TEXT)
  })

  test('X-Cache: only does not wait for an answer in the making', async () => {
    const question = fresh()
    const provider = stepwise()
    const first = ask(question)
    await provider.send(3)
    await first.response
    expect((await ask(question, { headers: { 'x-cache': 'only' } }).response).status).toBe(404)
    await provider.finish()
    await first.text
  })
})

/** The answer's text, streamed or whole. */
function textOf(body: string): string {
  if (!body.startsWith('data:') && !body.startsWith(':')) return JSON.parse(body).choices[0].message.content
  return [...body.matchAll(/^data: (\{.*)$/gm)]
    .map(([, data]) => JSON.parse(data ?? '').choices[0]?.delta.content ?? '')
    .join('')
}
