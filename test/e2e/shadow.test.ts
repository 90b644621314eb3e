import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Stats } from '../../src/http/stats/stats.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { type ProviderServer, type Reply, startProviderServer } from '../support/provider-server.js'
import { wireAnswer } from '../support/provider-trio.js'
import { readMetrics } from '../support/read-metrics.js'
import { scriptedInference } from '../support/scripted-inference.js'
import { anthropicWire } from '../support/wire-answers.js'

const [CHEAP, OTHER, STRONG] = ['claude-haiku-5-5', 'claude-haiku-4-5', 'claude-sonnet-5-5']

let server: ProviderServer
let gateway: TestGateway
let answers: Readonly<Record<string, string | ((reply: Reply) => void)>>

beforeEach(async () => {
  answers = { [CHEAP]: 'It is in Rome.', [STRONG]: 'It is in Rome.' }
  server = await startProviderServer((reply, { json }) => {
    const model = String(json.model)
    const said = answers[model] ?? ''
    if (typeof said === 'function') return said(reply)
    const answer = wireAnswer({ model, pieces: said === '' ? [] : [said], inputTokens: 1000, outputTokens: 100 })
    if (json.stream === true) reply.stream(anthropicWire.stream(answer))
    else reply.json(anthropicWire.body(answer))
  })
})
afterEach(async () => {
  await gateway.close()
  await server.close()
})

async function start(shadow: object, routing: object = {}): Promise<void> {
  gateway = await startTestGateway(
    {
      providers: { anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: server.url } },
      routing: { auto: { cheap: CHEAP, strong: STRONG }, target: { threshold: 0.5 }, shadow, ...routing },
    },
    { inference: scriptedInference() },
  )
}

let asks = 0
async function ask(fields: object = {}, headers: Record<string, string> = {}) {
  const id = `shadow-${++asks}`
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': id, ...headers },
    body: JSON.stringify({
      model: 'auto',
      messages: [{ role: 'user', content: 'Where is the Colosseum? [[score 0.2]]' }],
      ...fields,
    }),
  })
  const text = await response.text()
  await gateway.settled(id)
  return { status: response.status, model: response.headers.get('x-llmrouter-model'), text }
}

const asked = (): unknown[] => server.requests.map(({ json }) => json.model)
const lines = (msg: string) => gateway.logs().filter((line) => line.msg === msg)
const judged = () => lines("judged a cheap answer by the strong model's").map(({ verdict }) => verdict)

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function stats(): Promise<Stats> {
  return (await (await fetch(`${gateway.url}/stats`)).json()) as Stats
}

describe('a shadow call', () => {
  test.each([false, true])('compares after the client has its cheap answer, streamed: %s', async (stream) => {
    await start({ share: 1 })
    const { model, status, text } = await ask({ stream })
    expect({ model, status }).toEqual({ model: CHEAP, status: 200 })
    expect(text).toContain('It is in Rome.')
    await until(() => judged().length === 1)
    expect(asked()).toEqual([CHEAP, STRONG])
    expect(server.requests[1]?.json.messages).toEqual(server.requests[0]?.json.messages)
    expect(judged()).toEqual(['right'])
  })

  test('is booked as the gateway’s own spend, labels the ledger, and shows in stats and metrics', async () => {
    await start({ share: 1 })
    await ask()
    await until(() => judged().length === 1)
    answers = { [CHEAP]: 'Yes, it is in Rome.', [STRONG]: 'No, it is in Nîmes.' }
    await ask()
    await until(() => judged().length === 2)
    expect(judged()).toEqual(['right', 'wrong'])

    // 1000 tokens in and 100 out, at $2 and $10 a million.
    expect(lines('background call')).toHaveLength(2)
    expect(lines('background call')[0]).toMatchObject({ cause: 'shadow', model: STRONG, costUsd: '0.003' })
    const { cost, routing } = await stats()
    expect(cost.background_usd).toMatchObject({ shadow: '0.006' })
    expect(routing.shadows).toEqual({ right: 1, wrong: 1, unsure: 0, failed: 0 })
    expect(routing.adequate).toMatchObject({ judged: 2, ratio: 0.5 })

    const scraped = readMetrics(await (await fetch(`${gateway.url}/metrics`)).text())
    const metric = (name: string, labels = {}) => scraped.sum(`llmrouter_${name}`, labels)
    expect(metric('routing_shadows_total', { verdict: 'wrong' })).toBe(1)
    expect(metric('routing_adequate_ratio')).toBe(0.5)
    expect(metric('routing_adequate_ratio_lower')).toBeLessThan(0.2)
    expect(metric('routing_adequate_ratio_upper')).toBeGreaterThan(0.8)
    expect(metric('background_cost_usd_total', { cause: 'shadow' })).toBe(0.006)
    expect(metric('cost_usd_total', { model: STRONG })).toBeUndefined()

    const report = await (await fetch(`${gateway.url}/report`)).json()
    expect(report).toMatchObject({
      totals: { background_usd: { shadow: '0.006' }, quality: [{ source: 'shadow', right: 1, wrong: 1 }] },
    })
  })

  test('moves what is expected of the cheap model', async () => {
    await start({ share: 1 }, { target: { quality: 0.9 } })
    const before = (await stats()).routing
    answers = { [CHEAP]: 'Yes.', [STRONG]: 'No.' }
    for (let count = 1; count <= 8; count += 1) {
      await ask({ messages: [{ role: 'user', content: `Is it open? [[score 0.05]]` }] }, { 'x-route': 'auto' })
      const strong = asked().filter((model) => model === STRONG).length
      await until(() => judged().length === strong)
    }
    const after = (await stats()).routing
    expect(after.threshold).toBeLessThan(before.threshold)
  })

  test('waits for nobody, and is given up when the gateway drains', async () => {
    await start({ share: 1 })
    answers = { [CHEAP]: 'It is in Rome.', [STRONG]: () => {} }
    expect((await ask()).text).toContain('It is in Rome.')
    await until(() => asked().length === 2)
    await gateway.gateway.drain()
    await server.requests[1]?.closed
    await until(() => judged().length === 1)
    expect(judged()).toEqual(['failed'])
    expect(lines('request')).toHaveLength(1)
  })

  test('that fails is counted, and nobody hears of it', async () => {
    await start({ share: 1 })
    answers = { [CHEAP]: 'It is in Rome.', [STRONG]: (reply) => reply.json({ error: { message: 'no' } }, 500) }
    expect(await ask()).toMatchObject({ status: 200 })
    await until(() => judged().length === 1)
    expect(judged()).toEqual(['failed'])
    expect((await stats()).routing.adequate).toMatchObject({ judged: 0, ratio: null })
  })

  test('is not made once the budget of the day is spent', async () => {
    await start({ share: 1, budgetUsdPerDay: 0.005 })
    await ask()
    await until(() => judged().length === 1)
    await ask()
    await ask()
    expect(asked()).toEqual([CHEAP, STRONG, CHEAP, CHEAP])
  })

  test.each([
    { what: 'the strong model answers anyway', fields: { messages: [{ role: 'user', content: '[[score 0.9]]' }] } },
    { what: 'the client named its model', fields: { model: CHEAP } },
    { what: 'a second call would leave something behind', fields: { store: true } },
  ])('is not made when $what', async ({ fields }) => {
    await start({ share: 1 })
    await ask(fields)
    await ask()
    await until(() => judged().length === 1)
    expect(server.requests).toHaveLength(3)
  })

  describe('with escalation', () => {
    /** What was to be heard of requests before it has been heard by then. */
    async function compareOne(): Promise<void> {
      answers = { [CHEAP]: 'It is in Rome.', [STRONG]: 'It is in Rome.' }
      await ask()
      await until(() => judged().at(-1) === 'right')
    }

    test.each([false, true])(
      'is not made where a cheap answer was escalated: it was wrong, streamed: %s',
      async (stream) => {
        await start({ share: 1 }, { escalate: true })
        answers = { [CHEAP]: '', [STRONG]: 'It is in Rome.' }
        expect(await ask({ stream })).toMatchObject({ status: 200, model: STRONG })
        await until(() => judged().length === 1)
        answers = { [CHEAP]: 'It is in Rome.', [STRONG]: 'It is in Rome.' }
        await ask({ stream })
        await until(() => judged().length === 2)
        expect(judged()).toEqual(['wrong', 'right'])
        // The second one was compared.
        expect(asked()).toEqual([CHEAP, STRONG, CHEAP, STRONG])
        const { cost, routing } = await stats()
        expect(routing.shadows).toEqual({ right: 1, wrong: 1, unsure: 0, failed: 0 })
        expect(routing.adequate).toMatchObject({ judged: 2, ratio: 0.5 })
        expect(cost.background_usd).toMatchObject({ shadow: '0.003' })
        const report = await (await fetch(`${gateway.url}/report`)).json()
        expect(report).toMatchObject({ totals: { quality: [{ source: 'shadow', right: 1, wrong: 1 }] } })
      },
    )

    test('nothing is judged where the strong answer was worse', async () => {
      await start({ share: 1 }, { escalate: true })
      const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
      answers = { [CHEAP]: 'It is in Rome.', [STRONG]: '' }
      const told = await ask({ response_format: { type: 'json_schema', json_schema: { name: 'a', schema } } })
      expect(told).toMatchObject({ status: 200, model: CHEAP })
      await compareOne()
      expect(asked()).toEqual([CHEAP, STRONG, CHEAP, STRONG])
      expect(judged()).toEqual(['right'])
    })

    test('nothing is judged that was not drawn', async () => {
      await start({}, { escalate: true })
      answers = { [CHEAP]: '', [STRONG]: 'It is in Rome.' }
      expect(await ask()).toMatchObject({ model: STRONG })
      await gateway.gateway.drain()
      expect(judged()).toEqual([])
    })

    test('the chosen model is not blamed for what stood in for it', async () => {
      await start({ share: 1 }, { escalate: true, fallbacks: { [CHEAP]: [OTHER] } })
      answers = { [CHEAP]: (reply) => reply.json({}, 503), [OTHER]: '', [STRONG]: 'It is in Rome.' }
      expect(await ask()).toMatchObject({ model: STRONG })
      await compareOne()
      expect(asked().slice(-4)).toEqual([OTHER, STRONG, CHEAP, STRONG])
      expect(judged()).toEqual(['right'])
    })
  })

  test('is not made unless it is asked for', async () => {
    await start({})
    await ask()
    await gateway.gateway.drain()
    expect(asked()).toEqual([CHEAP])
  })
})
