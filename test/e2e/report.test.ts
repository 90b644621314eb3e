import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js'
import {
  type CapturedRequest,
  type ProviderServer,
  type Reply,
  startProviderServer,
} from '../support/provider-server.js'

/** What the provider itself writes down of a call that it answered. */
interface Billed {
  readonly model: string
  readonly input: number
  readonly read: number
  readonly written: number
  readonly long: number
  readonly output: number
}

/** In 10⁻¹² dollars a token, from the price page. */
const PRICES: Readonly<Record<string, Readonly<Record<'input' | 'read' | 'written' | 'long' | 'output', bigint>>>> = {
  'claude-haiku-5-5': { input: 100_000n, read: 10_000n, written: 125_000n, long: 200_000n, output: 500_000n },
  'claude-sonnet-5-5': {
    input: 2_000_000n,
    read: 100_000n,
    written: 2_500_000n,
    long: 4_000_000n,
    output: 10_000_000n,
  },
}

const billed: Billed[] = []
/** Calls that it did not answer, and does not charge for. */
let refused = 0
const stumbled = new Set<string>()
let server: ProviderServer
let gateway: GatewayProcess
let url: string

beforeAll(async () => {
  server = await startProviderServer(answer)
  gateway = startGatewayProcess({
    server: { port: 0 },
    providers: { anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: server.url } },
    routing: { auto: { cheap: 'claude-haiku-5-5', strong: 'claude-sonnet-5-5' }, target: { threshold: 0.5 } },
    cache: { store: 'memory', audit: { share: 0 } },
    inference: { deadlineMs: 10_000 },
  })
  url = await gateway.url
})
afterAll(async () => {
  await gateway.dispose()
  await server.close()
})

/** Refuses some calls, is overloaded at the first of others, and answers the rest with counts of its own. */
function answer(reply: Reply, { body, json }: CapturedRequest): void {
  if (body.includes('REFUSE')) {
    refused++
    return reply.json({ type: 'error', error: { type: 'invalid_request_error', message: 'No.' } }, 400)
  }
  const flaky = /FLAKY \d+/.exec(body)?.[0]
  if (flaky !== undefined && !stumbled.has(flaky)) {
    stumbled.add(flaky)
    return reply.json({ type: 'error', error: { type: 'overloaded_error', message: 'Later.' } }, 529)
  }
  const model = String(json.model)
  const n = billed.length + 1
  const bill = {
    model,
    input: 20 + 3 * n,
    read: n % 3 === 0 ? 1024 + n : 0,
    written: n % 4 === 0 ? 500 + n : 0,
    long: n % 8 === 0 ? 250 : 0,
    output: 1 + ((n * 7) % 90),
  }
  billed.push(bill)
  const usage = {
    input_tokens: bill.input,
    cache_read_input_tokens: bill.read,
    cache_creation_input_tokens: bill.written,
    cache_creation: { ephemeral_5m_input_tokens: bill.written - bill.long, ephemeral_1h_input_tokens: bill.long },
    output_tokens: bill.output,
  }
  const message = { id: `msg_${n}`, type: 'message', role: 'assistant', model, stop_sequence: null }
  if (json.stream !== true) {
    const content = [{ type: 'text', text: `Answer ${n}.`, citations: null }]
    // Long enough for others to join.
    return void setTimeout(() => reply.json({ ...message, content, stop_reason: 'end_turn', usage }), 20)
  }
  const event = (type: string, fields: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
  const begun = { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } }
  reply.open()
  reply.write(event('message_start', { message: begun }))
  setTimeout(() => {
    reply.write(
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
        event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: `Answer ${n}.` } }) +
        event('content_block_stop', { index: 0 }) +
        event('message_delta', {
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { output_tokens: bill.output },
        }) +
        event('message_stop', {}),
    )
    reply.end()
  }, 20)
}

const costOf = ({ model, input, long, output, read, written }: Billed): bigint => {
  const price = PRICES[model]
  if (price === undefined) throw new Error(`${model} has no price here`)
  const counts = { input, read, written: written - long, long, output }
  return Object.entries(counts).reduce(
    (sum, [name, count]) => sum + BigInt(count) * price[name as keyof typeof price],
    0n,
  )
}
const total = (bills: readonly Billed[]): bigint => bills.reduce((sum, bill) => sum + costOf(bill), 0n)
/** `0.0123` → 12300000000n, by hand. */
const pico = (usd: string): bigint => {
  const [whole = '0', fraction = ''] = usd.replace('-', '').split('.')
  return BigInt(whole + fraction.padEnd(12, '0')) * (usd.startsWith('-') ? -1n : 1n)
}

interface Told {
  readonly status: number
  readonly cache: string | null
  readonly cost: string | null
  readonly model: string | null
  readonly stream: boolean
}

async function ask(content: string, fields: object = {}): Promise<Told> {
  const stream = 'stream' in fields
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', max_tokens: 100, messages: [{ role: 'user', content }], ...fields }),
  })
  await response.text()
  const header = (name: string) => response.headers.get(`x-llmrouter-${name}`)
  return { status: response.status, cache: header('cache'), cost: header('cost-usd'), model: header('model'), stream }
}

const EASY = (n: number) => `What is the capital of country number ${n}?`
const HARD = (n: number) =>
  `Prove, with every step, that the ${n}-th variant of this scheduling problem is NP-hard, and derive a tight approximation ratio for a greedy algorithm, discussing the dual of its linear relaxation.`

describe('200 mixed prompts through auto', () => {
  const told: Told[] = []
  beforeAll(async () => {
    // 100 fresh ones, half of them streamed, tagged in turn.
    for (let n = 0; n < 100; n++) {
      const fields = { metadata: { team: n % 2 === 0 ? 'red' : 'blue' }, ...(n % 4 > 1 && { stream: true }) }
      told.push(await ask(n % 3 === 0 ? HARD(n) : EASY(n), fields))
    }
    // 50 again, 10 of each of 4 at once, 5 that are refused, 5 that need another try.
    for (let n = 0; n < 50; n++)
      told.push(await ask(n % 3 === 0 ? HARD(n) : EASY(n), n % 2 === 0 ? { stream: true } : {}))
    for (let n = 200; n < 204; n++) {
      told.push(
        ...(await Promise.all(Array.from({ length: 10 }, () => ask(HARD(n), n % 2 === 0 ? { stream: true } : {})))),
      )
    }
    for (let n = 0; n < 5; n++) told.push(await ask(`REFUSE ${n}`), await ask(`FLAKY ${n}`))
  }, 120_000)

  async function report(query = '') {
    const response = await fetch(`${url}/report?since=1h${query}`)
    expect(response.status).toBe(200)
    return JSON.parse(await response.text())
  }
  const lines = () => gateway.logs().filter(({ msg }) => msg === 'request')

  test('were answered in all the ways there are', async () => {
    expect(told).toHaveLength(200)
    const by = (cache: string) => told.filter((one) => one.cache === cache && one.status === 200).length
    expect(by('MISS')).toBe(109)
    expect(by('HIT') + by('JOIN')).toBe(86)
    expect(by('JOIN')).toBeGreaterThan(0)
    expect(new Set(billed.map(({ model }) => model)).size).toBe(2)
    expect([refused, stumbled.size]).toEqual([5, 5])
    await expect.poll(() => lines().length).toBe(200)
  })

  test('the spend is what the provider billed, to the last of 10⁻¹² dollars', async () => {
    const { totals } = await report()
    expect(pico(totals.spend_usd)).toBe(total(billed))
    expect(totals).toMatchObject({
      requests: 200,
      failed: 5,
      calls: billed.length + refused + stumbled.size,
      input_tokens: billed.reduce((sum, { input, read, written }) => sum + input + read + written, 0),
      output_tokens: billed.reduce((sum, { output }) => sum + output, 0),
      unpriced_calls: 0,
      unpriced_copies: 0,
    })
    expect(totals.exact_hits + totals.semantic_hits + totals.joined).toBe(86)
  })

  test('so is that of each model', async () => {
    const { rows } = await report('&by=model')
    for (const model of Object.keys(PRICES)) {
      const row = rows.find(({ of }: { of: { model: string } }) => of.model === model)
      expect(pico(row.spend_usd)).toBe(total(billed.filter((bill) => bill.model === model)))
    }
  })

  test('headers and log say the same', async () => {
    const inHeaders = told.filter(({ cost, stream }) => !stream && cost !== null).map(({ cost }) => pico(cost ?? ''))
    const ofStreams = lines().filter(({ stream }) => stream === true)
    const inLines = lines().map(({ costUsd }) => pico(String(costUsd)))
    const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, amount) => all + amount, 0n)
    expect(sum(inLines)).toBe(total(billed))
    expect(sum(inHeaders) + sum(ofStreams.map(({ costUsd }) => pico(String(costUsd))))).toBe(total(billed))
    expect(told.filter(({ cache }) => cache === 'HIT' || cache === 'JOIN').every(({ cost }) => cost === '0')).toBe(true)
  })

  test('metrics say the same, as far as their numbers can', async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text()
    const sum = (pattern: RegExp): number =>
      [...metrics.matchAll(pattern)].reduce((all, [, value]) => all + Number(value), 0)
    for (const model of Object.keys(PRICES)) {
      const usd = Number(total(billed.filter((bill) => bill.model === model))) / 1e12
      expect(sum(new RegExp(`^llmrouter_cost_usd_total\\{.*model="${model}".*\\} (\\S+)$`, 'gm'))).toBeCloseTo(usd, 9)
    }
    expect(sum(/^llmrouter_requests_total\{.*\} (\S+)$/gm)).toBe(200)
  })

  test('tags share the spend of what was tagged, and the rest is told apart', async () => {
    const { rows, totals } = await report('&by=tag:team')
    const names = rows.map(({ of }: { of: Record<string, string> }) => of['tag:team'])
    expect(names.sort()).toEqual(['(none)', 'blue', 'red'])
    const spends = rows.map(({ spend_usd }: { spend_usd: string }) => pico(spend_usd))
    expect(spends.reduce((sum: bigint, spend: bigint) => sum + spend, 0n)).toBe(pico(totals.spend_usd))
    const first = billed.slice(0, 100)
    const red = rows.find(({ of }: { of: Record<string, string> }) => of['tag:team'] === 'red')
    expect(pico(red.spend_usd)).toBe(total(first.filter((_, n) => n % 2 === 0)))
  })

  test('routing saved what the strong model would have cost more', async () => {
    const { totals } = await report()
    const cheap = billed.filter(({ model }) => model === 'claude-haiku-5-5')
    const atStrong = total(cheap.map((bill) => ({ ...bill, model: 'claude-sonnet-5-5' })))
    expect(pico(totals.saved_usd.routing)).toBe(atStrong - total(cheap))
    const uncached = billed.map((bill) => ({
      ...bill,
      input: bill.input + bill.read + bill.written,
      read: 0,
      written: 0,
      long: 0,
    }))
    expect(pico(totals.saved_usd['prompt-cache'])).toBe(total(uncached) - total(billed))
    expect(pico(totals.counterfactual_usd)).toBe(
      pico(totals.spend_usd) + Object.values<string>(totals.saved_usd).reduce((sum, usd) => sum + pico(usd), 0n),
    )
  })
})

describe('the endpoint', () => {
  test.each([
    ['since=yesterday', 'since'],
    ['since=1h&until=2h', 'since'],
    ['by=colour', 'by'],
    ['by=tag:team&model=m', 'by'],
    ['what=ever', 'what'],
  ])('%s is a 400 that names it', async (query, param) => {
    const response = await fetch(`${url}/report?${query}`)
    expect(response.status).toBe(400)
    expect(JSON.parse(await response.text()).error.param).toBe(param)
  })
  test('only takes GET', async () => {
    const response = await fetch(`${url}/report`, { method: 'POST', headers: { 'content-type': 'application/json' } })
    expect(response.status).toBe(405)
  })
})
