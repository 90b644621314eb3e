import Anthropic from '@anthropic-ai/sdk'
import type { MessageCreateParams } from '@anthropic-ai/sdk/resources/messages'
import { describe, expect, test } from 'vitest'
import { createAnswerCollector } from '../../../src/core/answer-collector.js'
import type { ChatRequest } from '../../../src/core/chat-request.js'
import type { ChatResponse } from '../../../src/core/chat-response.js'
import { anthropicProvider } from '../../../src/providers/anthropic/adapter.js'
import { createSseParser } from '../../../src/sse/sse-parser.js'
import { wireBytes } from '../../support/wire-fixture.js'
import { assistant, call, encode, modelSpec, NEW, OLD, result, said, system, user, userParts } from './chat-request.js'

/** What the official client sends for these parameters, without its key. */
async function sentBySdk(params: MessageCreateParams): Promise<{ path: string; body: unknown }> {
  let sent: { path: string; body: unknown } | undefined
  const client = new Anthropic({
    apiKey: 'test-key',
    baseURL: 'http://127.0.0.1',
    maxRetries: 0,
    fetch: async (url, init) => {
      sent = { path: new URL(String(url)).pathname, body: JSON.parse(String(init?.body)) }
      return new Response('{"type":"error","error":{"type":"api_error","message":"seen"}}', { status: 500 })
    },
  })
  await expect(client.messages.create(params)).rejects.toThrow('seen')
  if (sent === undefined) throw new Error('The client sent nothing.')
  return sent
}

const weather = {
  kind: 'function',
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  path: 'tools[0]',
} as const
const weatherOfSdk = {
  name: 'get_weather',
  description: 'The weather of a city.',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
}
const text = (value: string) => ({ type: 'text' as const, text: value })

const CONVERSATIONS: readonly {
  name: string
  ours: Partial<ChatRequest>
  model: string
  sdk: Omit<MessageCreateParams, 'model'>
}[] = [
  {
    name: 'instructions and a question',
    model: NEW,
    ours: { messages: [system('Be brief.'), user('Hi – 世界', 1)], maxTokens: 300 },
    sdk: { max_tokens: 300, system: [text('Be brief.')], messages: [{ role: 'user', content: [text('Hi – 世界')] }] },
  },
  {
    name: 'a tool loop with thinking and an image',
    model: NEW,
    ours: {
      maxTokens: 4000,
      tools: [weather],
      toolChoice: { mode: 'auto' },
      parallelToolCalls: false,
      reasoning: { effort: 'high', path: 'reasoning_effort' },
      user: 'u-1',
      serviceTier: 'default',
      messages: [
        userParts([
          { type: 'text', text: 'Where is this, and how is the weather?', path: '' },
          { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' }, path: '' },
        ]),
        assistant([
          { type: 'reasoning', text: 'Oslo.', signature: 'sig', origin: 'anthropic', path: '' },
          said('Let me look.'),
          call('toolu_1', '{"city": "Oslo"}'),
          call('toolu_2', '{"city": "Bergen"}'),
        ]),
        result('toolu_1', 'sun', 2),
        result('toolu_2', 'rain', 3),
        user('And tomorrow?', 4),
      ],
    },
    sdk: {
      max_tokens: 4000,
      tools: [weatherOfSdk],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      output_config: { effort: 'high' },
      metadata: { user_id: 'u-1' },
      service_tier: 'standard_only',
      messages: [
        {
          role: 'user',
          content: [
            text('Where is this, and how is the weather?'),
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Oslo.', signature: 'sig' },
            text('Let me look.'),
            { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo' } },
            { type: 'tool_use', id: 'toolu_2', name: 'get_weather', input: { city: 'Bergen' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'sun' },
            { type: 'tool_result', tool_use_id: 'toolu_2', content: 'rain' },
            text('And tomorrow?'),
          ],
        },
      ],
    },
  },
  {
    name: 'sampling, a forced call and cached instructions on an older model',
    model: OLD,
    ours: {
      maxTokens: 100,
      temperature: 0.2,
      stop: ['END'],
      tools: [weather],
      toolChoice: { mode: 'named', name: 'get_weather' },
      messages: [
        {
          role: 'system',
          parts: [{ ...said('Long.', 0), cacheControl: { type: 'ephemeral' } } as never],
          path: 'messages[0]',
        },
        userParts([
          { type: 'image', source: { kind: 'url', url: 'https://example.com/a.jpg' }, path: '' },
          {
            type: 'file',
            source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' },
            filename: 'a.pdf',
            path: '',
          },
        ]),
      ],
    },
    sdk: {
      max_tokens: 100,
      temperature: 0.2,
      stop_sequences: ['END'],
      tools: [weatherOfSdk],
      tool_choice: { type: 'tool', name: 'get_weather' },
      system: [{ ...text('Long.'), cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.jpg' } },
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
              title: 'a.pdf',
            },
          ],
        },
      ],
    },
  },
  {
    name: 'a thinking budget and a schema',
    model: OLD,
    ours: {
      maxTokens: 10_000,
      reasoning: { effort: 'medium', path: 'reasoning_effort' },
      responseFormat: {
        type: 'json-schema',
        name: 'answer',
        schema: {
          type: 'object',
          properties: { n: { type: 'integer' } },
          required: ['n'],
          additionalProperties: false,
        },
        path: '',
      },
    },
    sdk: {
      max_tokens: 10_000,
      thinking: { type: 'enabled', budget_tokens: 3000 },
      output_config: {
        format: {
          type: 'json_schema',
          schema: {
            type: 'object',
            properties: { n: { type: 'integer' } },
            required: ['n'],
            additionalProperties: false,
          },
        },
      },
      messages: [{ role: 'user', content: [text('Hi')] }],
    },
  },
]

describe('the official client sends the same as we do', () => {
  test.each(CONVERSATIONS)('$name', async ({ ours, model, sdk }) => {
    const { wire, body } = encode(ours, model)
    expect({ path: wire.path, body }).toEqual(await sentBySdk({ ...sdk, model } as MessageCreateParams))
    expect(wire.dropped).toEqual([])

    const streaming = encode(ours, model, { stream: true }).body
    expect(streaming).toEqual((await sentBySdk({ ...sdk, model, stream: true } as MessageCreateParams)).body)
  })
})

describe('the official client reads the same as we do', () => {
  test.each(['text', 'parallel-tools', 'thinking'])('from the stream of %s', async (name) => {
    const bytes = wireBytes(`anthropic-stream-${name}.sse`)
    const client = new Anthropic({
      apiKey: 'test-key',
      fetch: async () => new Response(new Uint8Array(bytes), { headers: { 'content-type': 'text/event-stream' } }),
    })
    const message = await client.messages
      .stream({ model: NEW, max_tokens: 1, messages: [{ role: 'user', content: 'x' }] })
      .finalMessage()

    const context = { model: modelSpec(NEW), createToolCallId: (n: number) => `call_${n}` }
    const decoder = anthropicProvider.createStreamDecoder(context)
    const collector = createAnswerCollector('anthropic')
    for (const event of createSseParser().push(bytes)) for (const one of decoder.push(event)) collector.push(one)
    const read = anthropicProvider.decodeResponse(JSON.stringify(message), context)
    expect(withoutSpaces(collector.response())).toEqual(withoutSpaces(read))
  })
})

/** The client parses arguments, and with them goes the white space the model wrote. */
function withoutSpaces(response: ChatResponse): unknown {
  const parts = response.choices.flatMap((choice) => choice.parts)
  const compact = parts.map((part) =>
    part.type === 'tool-call' ? { ...part, arguments: JSON.stringify(JSON.parse(part.arguments)) } : part,
  )
  return { ...response, parts: compact, choices: response.choices.map((choice) => ({ ...choice, parts: [] })) }
}
