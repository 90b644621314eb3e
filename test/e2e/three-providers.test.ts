import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { type ProviderServer, startProviderServer } from '../support/provider-server.js'
import { anthropicWire, geminiWire, openaiWire, type WireFormat } from '../support/wire-answers.js'

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

const CONVERSATION: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'system', content: 'Be brief.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'What is the weather where this was taken?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
    ],
  },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } }],
  },
  { role: 'tool', tool_call_id: 'toolu_1', content: '{"celsius":4}' },
]

const TOOLS: OpenAI.ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'The weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]

const PROVIDERS = [
  {
    name: 'openai',
    type: 'openai',
    base: '/v1',
    model: 'gpt-4o',
    wire: openaiWire,
    path: '/v1/chat/completions',
    key: 'authorization',
  },
  {
    name: 'anthropic',
    type: 'anthropic',
    base: '',
    model: 'claude-haiku-4-5',
    wire: anthropicWire,
    path: '/v1/messages',
    key: 'x-api-key',
  },
  {
    name: 'google',
    type: 'gemini',
    base: '',
    model: 'gemini-2.5-flash',
    wire: geminiWire,
    path: '/v1beta/models/',
    key: 'x-goog-api-key',
  },
] as const

describe('the same conversation through three providers', () => {
  const servers = new Map<string, ProviderServer>()
  let gateway: TestGateway
  let client: OpenAI

  beforeAll(async () => {
    const providers: Record<string, object> = {}
    for (const { name, type, base } of PROVIDERS) {
      const server = await startProviderServer()
      servers.set(name, server)
      providers[name] = { type, apiKey: `key-of-${name}`, baseUrl: server.url + base }
    }
    gateway = await startTestGateway({ providers })
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'client-key', maxRetries: 0 })
  })
  afterAll(async () => {
    await gateway.close()
    for (const server of servers.values()) await server.close()
  })

  function serverOf(name: string): ProviderServer {
    const server = servers.get(name)
    if (server === undefined) throw new Error(name)
    return server
  }
  const text = ['It is ', '4 °C', ' in Oslo', ' 🙂.']
  const calls = [
    { id: 'toolu_a', name: 'get_weather', args: { city: 'Bergen' } },
    { id: 'toolu_b', name: 'get_weather', args: {} },
  ]

  function scriptAnswer(provider: (typeof PROVIDERS)[number], wire: WireFormat, withCalls: boolean): void {
    const answer = {
      model: provider.model,
      pieces: text,
      inputTokens: 31,
      outputTokens: 9,
      ...(withCalls && { calls }),
    }
    serverOf(provider.name).script((reply, request) => {
      const streamed = request.json.stream === true || request.path.includes('streamGenerateContent')
      if (streamed) reply.stream(wire.stream(answer))
      else reply.json(wire.body(answer))
    })
  }

  describe.each(PROVIDERS)('$name', (provider) => {
    test.each([false, true])('gives the same whole answer (tools: %s)', async (withCalls) => {
      scriptAnswer(provider, provider.wire, withCalls)
      const completion = await client.chat.completions.create({
        model: provider.model,
        messages: CONVERSATION,
        tools: TOOLS,
      })
      expect(completion.choices).toHaveLength(1)
      const [choice] = completion.choices
      expect(choice?.message.content).toBe(text.join(''))
      expect(choice?.finish_reason).toBe(withCalls ? 'tool_calls' : 'stop')
      expect(namesAndArguments(choice?.message.tool_calls)).toEqual(
        withCalls ? calls.map(({ name, args }) => [name, args]) : [],
      )
      expect(completion.usage).toMatchObject({ prompt_tokens: 31, completion_tokens: 9, total_tokens: 40 })
    })

    test.each([false, true])('gives the same streamed answer (tools: %s)', async (withCalls) => {
      scriptAnswer(provider, provider.wire, withCalls)
      const stream = client.chat.completions.stream({
        model: provider.model,
        messages: CONVERSATION,
        tools: TOOLS,
        stream_options: { include_usage: true },
      })
      let streamed = ''
      stream.on('content', (delta) => {
        streamed += delta
      })
      const completion = await stream.finalChatCompletion()
      expect(streamed).toBe(text.join(''))
      expect(completion.choices[0]?.finish_reason).toBe(withCalls ? 'tool_calls' : 'stop')
      expect(namesAndArguments(completion.choices[0]?.message.tool_calls)).toEqual(
        withCalls ? calls.map(({ name, args }) => [name, args]) : [],
      )
      expect(completion.usage).toMatchObject({ prompt_tokens: 31, completion_tokens: 9, total_tokens: 40 })
    })

    test('sees its own key, never the one of the client', () => {
      const { requests } = serverOf(provider.name)
      expect(requests.length).toBeGreaterThan(0)
      for (const request of requests) {
        expect(request.path.startsWith(provider.path)).toBe(true)
        expect(String(request.headers[provider.key])).toContain(`key-of-${provider.name}`)
        expect(JSON.stringify(request.headers)).not.toContain('client-key')
        expect(request.body).toContain(PIXEL)
      }
    })
  })
})

function namesAndArguments(calls: readonly OpenAI.ChatCompletionMessageToolCall[] | undefined): unknown[] {
  return (calls ?? []).map((call) =>
    call.type === 'function' ? [call.function.name, JSON.parse(call.function.arguments)] : [],
  )
}
