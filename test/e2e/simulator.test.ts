import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'

/** With nothing configured the gateway answers from its simulator: what a newcomer sees first. */
describe('a gateway without any provider', () => {
  let gateway: TestGateway
  let openai: OpenAI
  let anthropic: Anthropic

  beforeAll(async () => {
    gateway = await startTestGateway()
    openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
    anthropic = new Anthropic({ baseURL: gateway.url, apiKey: 'none', maxRetries: 0 })
  })
  afterAll(() => gateway.close())

  const ask = (content: string) => [{ role: 'user' as const, content }]

  test('answers the official OpenAI client, whole and streamed, with the same text', async () => {
    const messages = ask('What is a gateway? [[sim ttft=1 gap=0 tokens=40]]')
    const whole = await openai.chat.completions.create({ model: 'sim-small', messages })
    expect(whole.choices[0]?.message.content?.split(' ')).toHaveLength(40)
    expect(whole.usage?.completion_tokens).toBe(40)

    let text = ''
    const stream = await openai.chat.completions.create({ model: 'sim-small', messages, stream: true })
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    expect(text).toBe(whole.choices[0]?.message.content)
  })

  test('answers the official Anthropic client with the same text', async () => {
    const messages = ask('What is a gateway? [[sim ttft=1 gap=0 tokens=40]]')
    const whole = await openai.chat.completions.create({ model: 'sim-small', messages })
    const message = await anthropic.messages.stream({ model: 'sim-small', max_tokens: 1000, messages }).finalMessage()
    expect(message.content).toMatchObject([{ type: 'text', text: whole.choices[0]?.message.content }])
    expect(message.stop_reason).toBe('end_turn')
    expect(message.usage.output_tokens).toBe(40)
  })

  test('routes auto, and says so in its headers', async () => {
    const { response } = await openai.chat.completions
      .create({ model: 'auto', messages: ask('Hi [[sim ttft=1 gap=0]]') })
      .withResponse()
    expect(response.headers.get('x-llmrouter-route')).toMatch(/^strategy=auto; reason=/)
    expect(response.headers.get('x-llmrouter-provider')).toBe('simulator')
    expect(response.headers.get('x-llmrouter-cache')).toBe('MISS')
    expect(response.headers.get('x-request-id')).toMatch(/\S/)
  })

  test('turns simulated trouble into proper errors', async () => {
    const create = (directive: string) =>
      openai.chat.completions.create({ model: 'sim-small', messages: ask(`[[sim ttft=1 gap=0 ${directive}]]`) })
    await expect(create('status=429 retry_after=60')).rejects.toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
    })
    await expect(create('status=500')).rejects.toMatchObject({ status: 502, code: 'upstream_error' })
    await expect(create('cut=3')).rejects.toMatchObject({ status: 502 })
  })

  test('tells of a stream that broke, and sends no [DONE]', async () => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sim-small', stream: true, messages: ask('[[sim ttft=1 gap=0 tokens=20 cut=5]]') }),
    })
    const text = await response.text()
    expect(text.match(/"delta":\{"content":" ?\w/g)).toHaveLength(5)
    expect(text).toMatch(/data: \{"error":\{.*"code":"stream_truncated"/)
    expect(text).not.toContain('[DONE]')
  })

  test('calls tools', async () => {
    const completion = await openai.chat.completions.create({
      model: 'sim-large',
      messages: ask('[[sim ttft=1 gap=0 tool=get_weather]]'),
      tools: [
        {
          type: 'function',
          function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
        },
      ],
    })
    const call = completion.choices[0]?.message.tool_calls?.[0]
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls')
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({ city: expect.any(String) })
  })

  test('lists its models and its health', async () => {
    const ids = (await openai.models.list()).data.map((model) => model.id)
    expect(ids).toEqual(['auto', 'sim-small', 'sim-large'])
    const health: unknown = await (await fetch(`${gateway.url}/health`)).json()
    expect(health).toMatchObject({ status: 'ok', simulated: true, providers: [{ name: 'simulator' }] })
  })
})
