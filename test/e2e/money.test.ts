import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/package-root.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { memoryCache } from '../support/memory-cache.js'
import {
  type CapturedRequest,
  type ProviderServer,
  type Reply,
  startProviderServer,
} from '../support/provider-server.js'
import { readMetrics, type Samples } from '../support/read-metrics.js'
import { scriptedInference } from '../support/scripted-inference.js'

const CHEAP = 'gpt-6.1-terra'
const STRONG = 'claude-sonnet-5-5'
const PROVIDERS = { [CHEAP]: 'openai', [STRONG]: 'anthropic' }

/** In 10⁻¹² dollars a token, from the price pages. */
const PRICES = {
  [CHEAP]: { input: 1_000_000n, read: 50_000n, written: 1_250_000n, long: 0n, output: 5_000_000n },
  [STRONG]: { input: 2_000_000n, read: 100_000n, written: 2_500_000n, long: 4_000_000n, output: 10_000_000n },
} as const

/** What a provider itself writes down of a call. */
interface Call {
  readonly model: typeof CHEAP | typeof STRONG
  /** Of the prompt. */
  readonly about: string
  /** `refused`: an error, which is free; `left`: the client went before it had been told what it used. */
  readonly end: 'answered' | 'refused' | 'left'
  readonly counts: Counts
}

/** `input` is what was neither read from the provider's cache nor written to it. */
type Counts = Readonly<Record<'input' | 'read' | 'written' | 'long' | 'output' | 'thinking', number>>

const NOTHING: Counts = { input: 0, read: 0, written: 0, long: 0, output: 0, thinking: 0 }
const calls: Call[] = []

/** Different for each call. */
function nextCounts(model: Call['model']): Counts {
  const n = calls.length + 1
  const written = n % 4 === 0 ? 500 + n : 0
  return {
    input: 20 + 3 * n,
    read: n % 3 === 0 ? 1024 + n : 0,
    written,
    long: model === STRONG && n % 8 === 0 ? 250 : 0,
    output: 10 + ((n * 7) % 90),
    thinking: n % 2 === 0 ? 5 : 0,
  }
}

/** What becomes of a call is in its prompt. */
function answer(reply: Reply, request: CapturedRequest): void {
  const model = request.path.endsWith('/messages') ? STRONG : CHEAP
  const about = /\b(\w+ \d+)\b \[\[score/.exec(request.body)?.[1] ?? ''
  const kind = about.split(' ')[0]
  const before = calls.filter((call) => call.about === about).length
  const note = (end: Call['end'], counts: Counts): void => void calls.push({ model, about, end, counts })
  const refuse = (status: number): void => {
    note('refused', NOTHING)
    const type = status === 400 ? 'invalid_request_error' : 'overloaded_error'
    reply.json({ type: 'error', error: { type, message: 'No.' } }, status)
  }
  if (kind === 'refused') return refuse(400)
  if (kind === 'flaky' && before === 0) return refuse(503)
  if (kind === 'down' && model === CHEAP) return refuse(503)
  if (kind === 'left' || kind === 'leaving') {
    note('left', NOTHING)
    return leave(reply, kind)
  }
  const counts = nextCounts(model)
  note('answered', counts)
  const text = kind === 'short' && model === CHEAP ? '' : `Answer to ${about}.`
  const streamed = request.json.stream === true
  const send = model === CHEAP ? sendAsOpenai : sendAsAnthropic
  // Long enough for others to join.
  if (kind === 'together') setTimeout(() => send(reply, { text, streamed, counts }), 20)
  else send(reply, { text, streamed, counts })
}

/** A call is not being answered. */
let onSilence = (): void => {}

/** Says nothing, or something, and no more. Its client goes. */
function leave(reply: Reply, kind: 'left' | 'leaving'): void {
  if (kind === 'left') return onSilence()
  reply.open()
  reply.write(chunk([{ index: 0, delta: { role: 'assistant', content: 'Well, ' }, finish_reason: null }]))
}

const chunk = (choices: readonly object[], usage: object | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: CHEAP, choices, usage })}\n\n`

interface Answer {
  readonly text: string
  readonly streamed: boolean
  readonly counts: Counts
}

function sendAsOpenai(reply: Reply, { counts, streamed, text }: Answer): void {
  const prompt = counts.input + counts.read + counts.written
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: counts.output,
    total_tokens: prompt + counts.output,
    prompt_tokens_details: { cached_tokens: counts.read, cache_write_tokens: counts.written },
    completion_tokens_details: { reasoning_tokens: counts.thinking },
  }
  if (!streamed) {
    const message = { role: 'assistant', content: text, refusal: null }
    const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }]
    return reply.json({ id: 'c', object: 'chat.completion', created: 1, model: CHEAP, choices, usage })
  }
  reply.stream(
    [
      chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
      ...(text === '' ? [] : [chunk([{ index: 0, delta: { content: text }, finish_reason: null }])]),
      chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
      chunk([], usage),
      'data: [DONE]\n\n',
    ].join(''),
  )
}

function sendAsAnthropic(reply: Reply, { counts, streamed, text }: Answer): void {
  const usage = {
    input_tokens: counts.input,
    cache_read_input_tokens: counts.read,
    cache_creation_input_tokens: counts.written,
    cache_creation: { ephemeral_5m_input_tokens: counts.written - counts.long, ephemeral_1h_input_tokens: counts.long },
    output_tokens: counts.output,
  }
  const message = { id: 'msg', type: 'message', role: 'assistant', model: STRONG, stop_sequence: null }
  if (!streamed) {
    const content = [{ type: 'text', text, citations: null }]
    return reply.json({ ...message, content, stop_reason: 'end_turn', usage })
  }
  const event = (type: string, fields: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
  reply.stream(
    event('message_start', {
      message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
    }) +
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }) +
      event('content_block_stop', { index: 0 }) +
      event('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: counts.output },
      }) +
      event('message_stop', {}),
  )
}

const costOf = ({ counts, model }: Call): bigint => {
  const price = PRICES[model]
  const { input, long, output, read, written } = counts
  return (
    BigInt(input) * price.input +
    BigInt(read) * price.read +
    BigInt(written - long) * price.written +
    BigInt(long) * price.long +
    BigInt(output) * price.output
  )
}
const total = (some: readonly Call[]): bigint => some.reduce((sum, call) => sum + costOf(call), 0n)
/** `0.0123` → 12300000000n, by hand. */
const pico = (usd: string): bigint => {
  const [whole = '0', fraction = ''] = usd.split('.')
  return BigInt(whole + fraction.padEnd(12, '0'))
}

interface Told {
  readonly id: string
  readonly about: string
  readonly stream: boolean
  /** Undefined: its client went before it heard anything. */
  readonly status?: number
  readonly header: (name: string) => string | null | undefined
  readonly line: Record<string, unknown>
}

/** What is asked, in order; those of one list at once. 200 in all. */
function* rounds(): Iterable<readonly { about: string; isHard: boolean; stream: boolean }[]> {
  const one = (about: string, n: number) => ({ about, isHard: n % 3 === 0, stream: n % 2 === 0 })
  for (let n = 0; n < 80; n++) yield [one(`plain ${n}`, n)]
  for (let n = 0; n < 40; n++) yield [one(`plain ${n}`, n)]
  for (let n = 0; n < 8; n++) yield Array(3).fill(one(`together ${n}`, n))
  for (let n = 0; n < 12; n++) yield [one(`flaky ${n}`, n)]
  for (let n = 0; n < 12; n++) yield [{ ...one(`down ${n}`, n), isHard: false }]
  for (let n = 0; n < 12; n++) yield [{ ...one(`short ${n}`, n), isHard: false }]
  for (let n = 0; n < 10; n++) yield [one(`refused ${n}`, n)]
  for (let n = 0; n < 5; n++) yield [{ ...one(`left ${n}`, n), stream: true }]
  for (let n = 0; n < 5; n++) yield [{ about: `leaving ${n}`, isHard: false, stream: true }]
}

describe('200 mixed prompts through auto, by the books of the providers', () => {
  let server: ProviderServer
  let gateway: TestGateway
  const told: Told[] = []

  beforeAll(async () => {
    server = await startProviderServer(answer)
    gateway = await startTestGateway(
      {
        // Their prices are only known where they are the vendor's own.
        providers: {
          openai: { type: 'openai', apiKey: 'k', baseUrl: `${server.url}/v1` },
          anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: server.url },
        },
        routing: { auto: { cheap: CHEAP, strong: STRONG }, target: { threshold: 0.5 }, sticky: false, escalate: true },
        attempts: { max: 3, retryShare: 1, breaker: { minRequests: 1_000_000 } },
      },
      { inference: scriptedInference(), cache: memoryCache() },
    )
    for (const round of rounds()) told.push(...(await Promise.all(round.map(ask))))
  }, 120_000)
  afterAll(async () => {
    await gateway.close()
    await server.close()
  })

  let asked = 0
  async function ask({ about, isHard, stream }: { about: string; isHard: boolean; stream: boolean }): Promise<Told> {
    asked += 1
    const id = `money-${asked}`
    const controller = new AbortController()
    const arrived = new Promise<void>((resolve) => {
      onSilence = resolve
    })
    const sent = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: { 'content-type': 'application/json', 'x-request-id': id },
      body: JSON.stringify({
        model: 'auto',
        stream,
        messages: [{ role: 'user', content: `${about} [[score ${isHard ? 0.9 : 0.1}]]` }],
      }),
    })
    if (about.startsWith('left')) {
      sent.catch(() => {})
      await arrived
      controller.abort()
      return { id, about, stream, header: () => undefined, line: await gateway.settled(id) }
    }
    const response = await sent
    if (about.startsWith('leaving')) controller.abort()
    else await response.text()
    const header = (name: string) => response.headers.get(`x-llmrouter-${name}`)
    return { id, about, stream, status: response.status, header, line: await gateway.settled(id) }
  }

  const callsAbout = (about: string): readonly Call[] => calls.filter((call) => call.about === about)
  const isCopy = ({ header }: Told): boolean => header('cache') === 'HIT' || header('cache') === 'JOIN'
  const of = (kind: string): readonly Told[] => told.filter(({ about }) => about.startsWith(`${kind} `))
  const callsWith = (more: Partial<Call>): readonly Call[] =>
    calls.filter((call) => Object.entries(more).every(([name, value]) => call[name as keyof Call] === value))

  test('went all the ways there are', () => {
    expect(told).toHaveLength(200)
    expect(told.filter(isCopy)).toHaveLength(40 + 16)
    expect(told.filter(({ header }) => header('cache') === 'JOIN').length).toBeGreaterThan(0)
    expect(of('refused').map(({ status }) => status)).toEqual(Array(10).fill(400))
    expect(callsWith({ end: 'left' })).toHaveLength(10)
    const reasons = (kind: string) => of(kind).map(({ header }) => /reason=(\S+)$/.exec(header('route') ?? '')?.[1])
    expect(reasons('down')).toEqual(Array(12).fill('fallback'))
    expect(reasons('short')).toEqual(Array(12).fill('escalation'))
    expect(reasons('flaky')).toEqual(Array(12).fill('score'))
  })

  async function report(...args: string[]) {
    const command = [join(packageRoot(), 'bin/llmrouter.js'), 'report', '--url', gateway.url, '--json', ...args]
    return JSON.parse((await promisify(execFile)(process.execPath, command)).stdout)
  }

  test('the report has their spend, to the last of 10⁻¹² dollars', async () => {
    const { rows, totals } = await report('--by', 'model')
    expect(pico(totals.spend_usd)).toBe(total(calls))
    const answered = callsWith({ end: 'answered' })
    expect(totals).toMatchObject({
      requests: 200,
      failed: 10,
      calls: calls.length,
      // Left in the middle of an answer; those that had not begun are free.
      unpriced_calls: 5,
      input_tokens: answered.reduce((sum, { counts: { input, read, written } }) => sum + input + read + written, 0),
      output_tokens: answered.reduce((sum, { counts }) => sum + counts.output, 0),
    })
    for (const model of [CHEAP, STRONG] as const) {
      const row = rows.find((one: { of: { model: string } }) => one.of.model === model)
      expect(pico(row.spend_usd)).toBe(total(callsWith({ model })))
    }
    const unused = callsWith({ end: 'answered', model: CHEAP }).filter(({ about }) => about.startsWith('short'))
    expect(pico(totals.unused_usd)).toBe(total(unused))
  })

  test('headers and log lines tell of each request what they wrote down of it', () => {
    for (const one of told) {
      const mine = isCopy(one) ? [] : callsAbout(one.about)
      const isKnown = !one.about.startsWith('leaving')
      expect([one.about, one.line.costUsd]).toEqual([one.about, isKnown ? expect.any(String) : undefined])
      if (isKnown) expect(pico(String(one.line.costUsd))).toBe(total(mine))
      expect(one.line.attempts).toBe(mine.length)
      if (one.status !== 200) continue
      const source = callsAbout(one.about).at(-1)
      expect([one.about, one.header('model')]).toEqual([one.about, source?.model])
      expect(one.header('provider')).toBe(source && PROVIDERS[source.model])
      if (isCopy(one)) expect(one.header('cost-usd')).toBe('0')
      else if (!one.stream) expect(one.header('cost-usd')).toBe(one.line.costUsd)
      else expect(one.header('cost-usd')).toBeNull()
    }
  })

  describe('metrics', () => {
    let samples: Samples
    beforeAll(async () => {
      samples = readMetrics(await (await fetch(`${gateway.url}/metrics`)).text())
    })

    test.each([CHEAP, STRONG] as const)('of %s have its spend and its tokens', (model) => {
      const labels = { provider: PROVIDERS[model], model }
      const mine = callsWith({ model, end: 'answered' })
      expect(samples.sum('llmrouter_cost_usd_total', labels)).toBeCloseTo(Number(total(mine)) / 1e12, 9)
      const input = mine.reduce((sum, { counts: { input, read, written } }) => sum + input + read + written, 0)
      const output = mine.reduce((sum, { counts }) => sum + counts.output, 0)
      expect(samples.sum('llmrouter_tokens_total', { ...labels, direction: 'input' })).toBe(input)
      expect(samples.sum('llmrouter_tokens_total', { ...labels, direction: 'output' })).toBe(output)
    })

    test('have as many calls, of every sort', () => {
      const sum = (name: string, labels = {}): number => samples.sum(`llmrouter_${name}_total`, labels) ?? 0
      expect(sum('requests')).toBe(200)
      expect(sum('requests', { cache_status: 'HIT' }) + sum('requests', { cache_status: 'JOIN' })).toBe(56)
      expect(sum('routing_decisions')).toBe(144)
      const again = ['flaky', 'down'].flatMap(of).length
      expect(sum('retries', { provider: 'openai' }) + sum('retries', { provider: 'anthropic' })).toBe(again)
      expect(sum('fallbacks', { from: CHEAP, to: STRONG })).toBe(12)
      expect(sum('escalations', { from: CHEAP, to: STRONG })).toBe(12)
      // First ones, one for each request that was not a copy; then all the others.
      expect(144 + again + sum('fallbacks') + sum('escalations')).toBe(calls.length)
      expect(sum('client_disconnects')).toBe(10)
      expect(sum('provider_errors', { error_type: 'upstream_5xx' })).toBe(callsWith({ end: 'refused' }).length - 10)
      expect(sum('unknown_cost_requests')).toBe(5)
    })
  })
})
