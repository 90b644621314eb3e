import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { scriptedInference } from '../support/scripted-inference.js'

const open: TestGateway[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()))
})

async function start(routing: object = {}): Promise<TestGateway> {
  const config = { routing: { target: { threshold: 0.5 }, ...routing } }
  const gateway = await startTestGateway(config, { inference: scriptedInference() })
  open.push(gateway)
  return gateway
}

const turn = (text: string, score?: number): string =>
  `${text} [[sim ttft=0 gap=0 tokens=3]]${score === undefined ? '' : ` [[score ${score}]]`}`

type Messages = OpenAI.ChatCompletionMessageParam[]

/** A client that keeps its conversation, as clients do. */
function conversation(gateway: TestGateway, headers: Record<string, string> = {}) {
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0, defaultHeaders: headers })
  const messages: Messages = []
  return async (text: string, score?: number, fields: object = {}): Promise<string> => {
    messages.push({ role: 'user', content: turn(text, score) })
    const { data, response } = await client.chat.completions
      .create({ model: 'auto', messages, ...fields })
      .withResponse()
    messages.push({ role: 'assistant', content: data.choices[0]?.message.content ?? '' })
    return `${response.headers.get('x-llmrouter-model')}: ${response.headers.get('x-llmrouter-route')}`
  }
}

describe('a conversation', () => {
  test('that began hard stays on the strong model', async () => {
    const ask = conversation(await start())
    expect(await ask('Prove it.', 0.9)).toBe('sim-large: strategy=auto; score=0.90; threshold=0.50; reason=score')
    expect(await ask('Thanks!', 0.05)).toBe('sim-large: strategy=auto; score=0.05; reason=sticky')
    expect(await ask('Are you there?')).toBe('sim-large: strategy=auto; reason=sticky')
  })

  test('that began easy stays on the cheap model, until a turn is much harder, and does not come back', async () => {
    const ask = conversation(await start())
    expect(await ask('Hi', 0.1)).toMatch(/^sim-small: .*reason=score$/)
    expect(await ask('What is this?', 0.55)).toBe('sim-small: strategy=auto; score=0.55; reason=sticky')
    expect(await ask('Prove it.', 0.8)).toBe('sim-large: strategy=auto; score=0.80; threshold=0.50; reason=harder')
    expect(await ask('Thanks!', 0.1)).toBe('sim-large: strategy=auto; score=0.10; reason=sticky')
  })

  test('moves when its model cannot do what a turn needs, and stays there', async () => {
    const ask = conversation(await start())
    expect(await ask('Hi', 0.1)).toMatch(/^sim-small/)
    expect(await ask('Think.', 0.1, { reasoning_effort: 'low' })).toMatch(/^sim-large: .*reason=capability:reasoning$/)
    expect(await ask('Fine.', 0.1)).toMatch(/^sim-large: .*reason=sticky$/)
  })

  test('of another client, or by another way of routing, is another one', async () => {
    const gateway = await start()
    expect(await conversation(gateway)('Hi', 0.9)).toMatch(/^sim-large/)
    const ask = conversation(gateway, { 'x-route': 'cheapest' })
    expect(await ask('Hi')).toMatch(/^sim-small: strategy=cheapest; reason=strategy$/)
    expect(await ask('Hi again', 0.9)).toMatch(/^sim-small: strategy=cheapest; reason=strategy$/)
  })

  test('is routed turn by turn when that is wanted', async () => {
    const ask = conversation(await start({ sticky: false }))
    expect(await ask('Prove it.', 0.9)).toMatch(/^sim-large/)
    expect(await ask('Thanks!', 0.05)).toMatch(/^sim-small: .*reason=score$/)
  })

  test('does not count for the share of strong calls', async () => {
    const gateway = await start({ target: { strongShare: 0.5 } })
    const ask = conversation(gateway)
    await ask('Prove it.', 0.9)
    for (let at = 0; at < 5; at += 1) await ask('Go on.', 0.1)
    const health = (await (await fetch(`${gateway.url}/health`)).json()) as { routing: { strongShare: number } }
    expect(health.routing.strongShare).toBe(1)
  })
})

test('Anthropic’s client has conversations too', async () => {
  const gateway = await start()
  const client = new Anthropic({ baseURL: gateway.url, apiKey: 'none', maxRetries: 0 })
  const ask = async (messages: Anthropic.MessageParam[]) => {
    const { data, response } = await client.messages.create({ model: 'auto', max_tokens: 100, messages }).withResponse()
    return {
      message: data,
      model: response.headers.get('x-llmrouter-model'),
      route: response.headers.get('x-llmrouter-route'),
    }
  }
  const first: Anthropic.MessageParam = { role: 'user', content: turn('Prove it.', 0.9) }
  const { message, model } = await ask([first])
  expect(model).toBe('sim-large')
  const more = await ask([
    first,
    { role: 'assistant', content: message.content },
    { role: 'user', content: turn('Thanks!', 0.05) },
  ])
  expect(more).toMatchObject({ model: 'sim-large', route: expect.stringContaining('reason=sticky') })
})
