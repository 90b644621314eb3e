import { once } from 'node:events'
import { request } from 'node:http'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { keyOf, keyRow } from '../support/client-keys.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { memoryCache } from '../support/memory-cache.js'
import { TRANSPORTS } from '../support/transports.js'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

async function start(limits: object, more: object = {}, options: Parameters<typeof startTestGateway>[1] = {}) {
  const auth = { keys: [keyRow('team', limits), keyRow('other')] }
  const gateway = await startTestGateway({ server: { host: '127.0.0.1' }, auth, ...more }, options)
  open.push(gateway)
  return gateway
}

const openai = ({ url }: TestGateway, name = 'team') =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: keyOf(name), maxRetries: 0 })
const anthropic = ({ url }: TestGateway) => new Anthropic({ baseURL: url, apiKey: keyOf('team'), maxRetries: 0 })

const chat = (content: string, more: object = {}) => ({
  model: 'sim-small',
  messages: [{ role: 'user' as const, content }],
  ...more,
})
const QUICK = '[[sim tokens=3 ttft=0 gap=0]]'

/** What a call failed with. */
async function failure(call: PromiseLike<unknown>): Promise<unknown> {
  return call.then(
    () => 'It did not fail.',
    (error: unknown) => error,
  )
}

const limitLines = (gateway: TestGateway) => gateway.logs().filter(({ msg }) => msg === 'request')

describe.each(TRANSPORTS)('over %s, a key with limits', (transport) => {
  test('sends so many requests a minute, and the official OpenAI client sees how it stands', async () => {
    const gateway = await start({ rpm: 2 }, {}, { transport })
    const client = openai(gateway)
    const first = await client.chat.completions.create(chat(QUICK)).withResponse()
    const told = Object.fromEntries([...first.response.headers].filter(([name]) => name.startsWith('x-ratelimit-')))
    expect(told).toEqual({
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '1',
      'x-ratelimit-reset-requests': expect.stringMatching(/^\d+(\.\d+)?s$/),
    })
    await client.chat.completions.create(chat(QUICK))
    const error = await failure(client.chat.completions.create(chat(QUICK)))
    if (!(error instanceof OpenAI.RateLimitError)) throw error
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'rate_limit_error' })
    expect(error.message).toMatch(/2 requests per minute\. Try again in /)
    expect(Number(error.headers.get('retry-after'))).toBeLessThanOrEqual(30)
    expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(error.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(error.headers.get('x-should-retry')).toBeNull()
    expect((await openai(gateway, 'other').chat.completions.create(chat(QUICK)).withResponse()).response.status).toBe(
      200,
    )
    expect(limitLines(gateway).map(({ error: code, key, status }) => [key, status, code])).toContainEqual([
      'team',
      429,
      'rate_limit_exceeded',
    ])
  })

  test('is refused before its body has come', async () => {
    const gateway = await start({ rpm: 1 }, {}, { transport })
    await openai(gateway).chat.completions.create(chat(QUICK))
    const call = request(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 5000, authorization: `Bearer ${keyOf('team')}` },
    })
    call.on('error', () => {})
    call.write('{"model":')
    const [response] = await once(call, 'response')
    expect(response.statusCode).toBe(429)
    call.destroy()
  })

  test('has so many requests under way at once', async () => {
    const gateway = await start({ maxConcurrent: 1 }, {}, { transport })
    const client = openai(gateway)
    const slow = '[[sim tokens=300 gap=5]]'
    const stream = await client.chat.completions.create({ ...chat(slow), stream: true })
    const error = await failure(client.chat.completions.create(chat(QUICK)))
    if (!(error instanceof OpenAI.RateLimitError)) throw error
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
    expect(error.headers.get('retry-after')).toBe('1')
    for await (const _chunk of stream);
    expect((await client.chat.completions.create(chat(QUICK))).choices).toHaveLength(1)

    const gone = await client.chat.completions.create({ ...chat(slow), stream: true })
    gone.controller.abort()
    for (;;) {
      const answer = await client.chat.completions.create(chat(QUICK)).catch((thrown: unknown) => thrown)
      if (!(answer instanceof OpenAI.RateLimitError)) break
    }
  })
})

describe('a key with limits', () => {
  test('tells the official Anthropic client in its own words', async () => {
    const gateway = await start({ rpm: 1, tpm: 5000 })
    const client = anthropic(gateway)
    const message = { model: 'sim-small', max_tokens: 100, messages: [{ role: 'user' as const, content: QUICK }] }
    const before = Date.now()
    const { response } = await client.messages.create(message).withResponse()
    expect(response.headers.get('anthropic-ratelimit-requests-limit')).toBe('1')
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0')
    const reset = response.headers.get('anthropic-ratelimit-requests-reset') ?? ''
    expect(reset).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(Date.parse(reset)).toBeGreaterThanOrEqual(before + 59_000)
    expect(response.headers.get('anthropic-ratelimit-tokens-limit')).toBe('5000')
    expect(Number(response.headers.get('anthropic-ratelimit-tokens-remaining'))).toBeLessThan(4900)
    expect(response.headers.get('x-ratelimit-limit-requests')).toBe('1')
    const error = await failure(client.messages.create(message))
    if (!(error instanceof Anthropic.RateLimitError)) throw error
    expect(error.error).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } })
    expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(50)
    const counted = await failure(client.messages.countTokens({ model: 'sim-small', messages: message.messages }))
    expect(counted).toBeInstanceOf(Anthropic.RateLimitError)
  })

  test('reserves the tokens a request may use, and gets back what it did not', async () => {
    const gateway = await start({ tpm: 3000 }, {}, { cache: memoryCache() })
    const client = openai(gateway)
    const large = chat('[[sim tokens=300 gap=5]]', { max_tokens: 2500, stream: true })
    const stream = await client.chat.completions.create({ ...large, stream: true })
    const error = await failure(client.chat.completions.create(chat(QUICK, { max_tokens: 2500 })))
    if (!(error instanceof OpenAI.RateLimitError)) throw error
    expect(error.message).toContain('3000 tokens per minute')
    expect(error.headers.get('x-ratelimit-limit-tokens')).toBe('3000')
    expect(Number(error.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(600)
    expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(20)
    for await (const _chunk of stream);

    // 300 were used. The copy uses none, and the answer after it fits into what is left.
    const remaining = async (content: string, more: object) => {
      const { response } = await client.chat.completions.create(chat(content, more)).withResponse()
      return Number(response.headers.get('x-ratelimit-remaining-tokens'))
    }
    for (let n = 0; n < 3; n++) await client.chat.completions.create({ ...large, stream: false })
    const left = await remaining(QUICK, { max_tokens: 100 })
    expect(left).toBeGreaterThan(2400)
    expect(left).toBeLessThan(2750)
  })

  test('pays for what it has read of an answer that it leaves before its end', async () => {
    const gateway = await start({ tpm: 1_000_000 }, {}, { cache: memoryCache() })
    const client = openai(gateway)
    const long = chat('[[sim tokens=9000 ttft=0 gap=0 stall=8000]]')
    const { data: stream, response } = await client.chat.completions.create({ ...long, stream: true }).withResponse()
    let read = 0
    for await (const chunk of stream) {
      read += chunk.choices[0]?.delta.content?.length ?? 0
      if (read > 20_000) break
    }
    const line = await gateway.settled(response.headers.get('x-request-id') ?? '')
    expect(line).toMatchObject({ end: 'client-gone' })
    const again = await client.chat.completions.create(chat(QUICK)).withResponse()
    expect(Number(again.response.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(996_500)
  })

  test('that has spent its budget is refused, and the official clients do not try again', async () => {
    const gateway = await start({ budgetUsdPerDay: 0.000_001 })
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keyOf('team'), maxRetries: 3 })
    await client.chat.completions.create(chat('[[sim tokens=50 ttft=0 gap=0]]'))
    const error = await failure(client.chat.completions.create(chat(QUICK)))
    if (!(error instanceof OpenAI.RateLimitError)) throw error
    expect(error).toMatchObject({ status: 429, code: 'insufficient_quota', type: 'insufficient_quota' })
    expect(error.headers.get('x-should-retry')).toBe('false')
    expect(error.headers.get('retry-after')).toBeNull()
    expect(error.message).toMatch(/budget of \$0\.000001 per day. It is renewed at \d{4}-\d\d-\d\dT00:00Z/)
    expect(limitLines(gateway)).toHaveLength(2)
    const retrying = new Anthropic({ baseURL: gateway.url, apiKey: keyOf('team'), maxRetries: 3 })
    const message = { model: 'sim-small', max_tokens: 9, messages: [{ role: 'user' as const, content: QUICK }] }
    expect(await failure(retrying.messages.create(message))).toBeInstanceOf(Anthropic.RateLimitError)
    expect(limitLines(gateway)).toHaveLength(3)
    await openai(gateway, 'other').chat.completions.create(chat(QUICK))
  })

  test('is routed to what it can still pay for, and the header says so', async () => {
    const gateway = await start({ budgetUsdPerDay: 0.02 })
    const ask = async (content: string, more: object = {}) => {
      const call = openai(gateway).chat.completions.create(chat(content, { model: 'auto', ...more }), {
        headers: { 'x-route': 'quality' },
      })
      const { response } = await call.withResponse()
      return `${response.headers.get('x-llmrouter-model')}: ${response.headers.get('x-llmrouter-route')}`
    }
    // $10 a million: a cent of the two is left, and a usual answer would cost a little more.
    expect(await ask('[[sim tokens=1000 ttft=0 gap=0]]')).toBe('sim-large: strategy=quality; reason=strategy')
    expect(await ask(QUICK)).toBe('sim-small: strategy=quality; reason=budget')
    expect(await ask(QUICK, { max_tokens: 100 })).toBe('sim-large: strategy=quality; reason=strategy')
  })

  test('pays for tokens whose price nobody knows what is assumed', async () => {
    const gateway = await start(
      { budgetUsdPerMonth: 1 },
      {
        auth: {
          assumedUsdPerMTok: 1000,
          adminKeyHash: (keyRow('admin') as { hash: string }).hash,
          keys: [keyRow('team', { budgetUsdPerMonth: 0.05 })],
        },
        providers: { demo: { type: 'simulator' } },
      },
    )
    const client = openai(gateway)
    const answer = await client.chat.completions.create(
      chat('[[sim tokens=60 ttft=0 gap=0]]', { model: 'demo/never-heard-of' }),
    )
    const tokens = answer.usage?.total_tokens ?? 0
    expect(tokens).toBeGreaterThan(60)
    const figures = async () => {
      const response = await fetch(`${gateway.url}/keys`, { headers: { authorization: `Bearer ${keyOf('admin')}` } })
      return response.json()
    }
    expect(await figures()).toEqual({
      keys: [
        {
          name: 'team',
          requests: { per_minute: null, used: null },
          tokens: { per_minute: null, used: null },
          concurrent: { most: null, now: 0 },
          spent_usd: { today: (tokens * 1000) / 1e6, this_month: (tokens * 1000) / 1e6 },
          budget_usd: { per_day: null, per_month: 0.05 },
        },
      ],
    })
    expect(await failure(client.chat.completions.create(chat(QUICK)))).toMatchObject({ code: 'insufficient_quota' })
    expect((await fetch(`${gateway.url}/keys`, { headers: { authorization: `Bearer ${keyOf('team')}` } })).status).toBe(
      401,
    )
  })

  test('keeps what it has used over a reload, and follows its new limits', async () => {
    const gateway = await start({ rpm: 3 })
    const client = openai(gateway)
    for (let n = 0; n < 2; n++) await client.chat.completions.create(chat(QUICK))
    const reload = (rpm: number) =>
      gateway.reload({ server: { host: '127.0.0.1' }, auth: { keys: [keyRow('team', { rpm })] } })
    reload(2)
    expect(await failure(client.chat.completions.create(chat(QUICK)))).toBeInstanceOf(OpenAI.RateLimitError)
    reload(4)
    await client.chat.completions.create(chat(QUICK))
  })
})
