import type Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventsOf } from '../../../src/core/answer-collector.js'
import type { ChatRequest } from '../../../src/core/chat-request.js'
import { estimateTokens } from '../../../src/core/tokens/estimate-tokens.js'
import { anthropicDialect } from '../../../src/dialects/anthropic/dialect.js'
import { parseCountTokensRequest } from '../../../src/dialects/anthropic/parse-request.js'
import { answer, CONTEXT, call, redacted, text, thinking } from './answers.js'
import { renderAll } from './collect.js'
import { type ReplayServer, startReplayServer } from './replay-server.js'

let server: ReplayServer

beforeAll(async () => {
  server = await startReplayServer()
})
afterAll(() => server.close())

const PIXEL = 'iVBORw0KGgo='

async function sent(params: Anthropic.MessageCreateParamsNonStreaming): Promise<ChatRequest> {
  server.answer(200, 'application/json', anthropicDialect.renderResponse(answer([text('ok')]), CONTEXT))
  await server.client.messages.create(params)
  return anthropicDialect.parseRequest(server.bodies.at(-1) ?? '')
}

test('a conversation with system, tools, images, thinking and results parses completely', async () => {
  const request = await sent({
    model: 'claude-haiku-5-5',
    max_tokens: 2048,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    thinking: { type: 'enabled', budget_tokens: 1024 },
    tools: [
      {
        name: 'get_weather',
        description: 'The weather.',
        input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        strict: true,
      },
    ],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    metadata: { user_id: 'u-1' },
    stop_sequences: ['END'],
    service_tier: 'standard_only',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this, and is it raining in Oslo?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'notes' }, title: 'notes.txt' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Look it up.', signature: 'EqQB==' },
          { type: 'text', text: 'Checking.' },
          { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'rain' }] },
          { type: 'text', text: 'Thanks.' },
        ],
      },
    ],
  })

  const { raw: _raw, ...parsed } = request
  expect(parsed).toEqual({
    dialect: 'anthropic',
    model: 'claude-haiku-5-5',
    stream: false,
    includeUsage: true,
    maxTokens: 2048,
    maxTokensField: 'max_tokens',
    reasoning: { thinking: { mode: 'enabled', budgetTokens: 1024 }, path: 'thinking' },
    tools: [
      {
        kind: 'function',
        name: 'get_weather',
        description: 'The weather.',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        strict: true,
        path: 'tools[0]',
      },
    ],
    toolChoice: { mode: 'auto' },
    parallelToolCalls: false,
    user: 'u-1',
    stop: ['END'],
    serviceTier: 'default',
    extras: {},
    messages: [
      {
        role: 'system',
        parts: [{ type: 'text', text: 'Be brief.', cacheControl: { type: 'ephemeral' }, path: 'system[0]' }],
        path: 'system',
      },
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'What is this, and is it raining in Oslo?', path: 'messages[0].content[0]' },
          {
            type: 'image',
            source: { kind: 'base64', mediaType: 'image/png', data: PIXEL },
            path: 'messages[0].content[1]',
          },
          {
            type: 'file',
            source: { kind: 'text', text: 'notes' },
            filename: 'notes.txt',
            path: 'messages[0].content[2]',
          },
        ],
        path: 'messages[0]',
      },
      {
        role: 'assistant',
        parts: [
          {
            type: 'reasoning',
            text: 'Look it up.',
            signature: 'EqQB==',
            origin: 'anthropic',
            path: 'messages[1].content[0]',
          },
          { type: 'text', text: 'Checking.', path: 'messages[1].content[1]' },
          {
            type: 'tool-call',
            id: 'toolu_1',
            name: 'get_weather',
            arguments: '{"city":"Oslo"}',
            path: 'messages[1].content[2]',
          },
        ],
        path: 'messages[1]',
      },
      {
        role: 'tool',
        toolCallId: 'toolu_1',
        parts: [{ type: 'text', text: 'rain', path: 'messages[2].content[0].content[0]' }],
        isError: false,
        path: 'messages[2].content[0]',
      },
      {
        role: 'user',
        parts: [{ type: 'text', text: 'Thanks.', path: 'messages[2].content[1]' }],
        path: 'messages[2]',
      },
    ],
  })
})

test('a streaming request says so', async () => {
  server.answer(200, 'text/event-stream', renderAll(eventsOf(answer([text('ok')])), CONTEXT))
  await server.client.messages
    .stream({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] })
    .finalMessage()
  expect(anthropicDialect.parseRequest(server.bodies.at(-1) ?? '').stream).toBe(true)
})

test('an answer that the client sends back is read as the parts it was made of', async () => {
  const parts = [
    thinking('Hm.', 'EqQB=='),
    redacted('EmwK=='),
    thinking('Not signed.'),
    text('Checking.'),
    call('toolu_1', 'f', '{"a":[1,{"b":null}]}', 'SIG'),
  ]
  const given = answer(parts, { finishReason: 'tool-calls' })
  server.answer(200, 'text/event-stream', renderAll(eventsOf(given), CONTEXT))
  const user = { role: 'user' as const, content: 'hi' }
  const message = await server.client.messages.stream({ model: 'm', max_tokens: 9, messages: [user] }).finalMessage()

  const { messages } = await sent({
    model: 'm',
    max_tokens: 9,
    messages: [
      user,
      { role: message.role, content: message.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'done' }] },
    ],
  })
  const returned = messages[1]?.parts.map((part) => ({ ...part, path: '' }))
  expect(returned).toEqual(parts)
})

test('a request to count tokens parses completely', async () => {
  server.answer(200, 'application/json', '{"input_tokens":7}')
  await server.client.messages.countTokens({
    model: 'm',
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'How long is this?' }],
  })
  const request = parseCountTokensRequest(server.bodies.at(-1) ?? '')
  expect(request).toMatchObject({ model: 'm', messages: [{ role: 'system' }, { role: 'user' }], extras: {} })
  expect(estimateTokens(request)).toBeGreaterThan(4)
})

test('the dialect relays everything of its own provider and adds no terminator', async () => {
  const request = await sent({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] })
  expect(anthropicDialect.relays({ event: 'ping', data: '{"type":"ping"}' }, request)).toBe(true)
  expect(anthropicDialect.terminator).toBe('')
})
