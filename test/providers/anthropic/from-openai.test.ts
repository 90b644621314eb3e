import { expect, test } from 'vitest'
import { GatewayError } from '../../../src/core/errors.js'
import { parseRequest } from '../../../src/dialects/openai/parse-request.js'
import { anthropicProvider } from '../../../src/providers/anthropic/adapter.js'
import { modelSpec } from './chat-request.js'

function translate(body: object, model = 'claude-haiku-5-5') {
  const wire = anthropicProvider.encodeRequest(parseRequest(JSON.stringify(body)), {
    model: modelSpec(model),
    stream: false,
  })
  return { dropped: wire.dropped, body: JSON.parse(wire.body) }
}

const question = { role: 'user', content: 'Hi' }

test('a whole conversation of an OpenAI client becomes one of Anthropic', () => {
  const { body, dropped } = translate({
    model: 'auto',
    messages: [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'high' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'find', arguments: '{"q":"x"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'found' },
      { role: 'user', content: 'So?' },
    ],
    tools: [{ type: 'function', function: { name: 'find', parameters: { type: 'object', properties: {} } } }],
    tool_choice: 'required',
    parallel_tool_calls: false,
    max_completion_tokens: 500,
    temperature: 0.5,
    seed: 1,
    stop: 'END',
    user: 'u-1',
    reasoning_effort: 'none',
    verbosity: 'low',
  })
  expect(body).toEqual({
    model: 'claude-haiku-5-5',
    max_tokens: 500,
    system: [{ type: 'text', text: 'Be brief.' }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look:' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
        ],
      },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'find', input: { q: 'x' } }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1', content: 'found' },
          { type: 'text', text: 'So?' },
        ],
      },
    ],
    tools: [{ name: 'find', input_schema: { type: 'object', properties: {} } }],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
    thinking: { type: 'disabled' },
    stop_sequences: ['END'],
    metadata: { user_id: 'u-1' },
  })
  expect(dropped).toEqual(['seed', 'verbosity', 'detail', 'temperature'])
})

test.each<[string, object]>([
  [
    'messages[1].tool_calls[0].function.arguments',
    {
      messages: [
        question,
        { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{' } }] },
        { role: 'tool', tool_call_id: 'a', content: '' },
      ],
    },
  ],
  [
    'messages[0].content[0]',
    {
      messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } }] }],
    },
  ],
  [
    'messages[0].content[0]',
    { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }] },
  ],
  ['tools[0]', { messages: [question], tools: [{ type: 'custom', custom: { name: 'x' } }] }],
  [
    'response_format.json_schema.schema',
    {
      messages: [question],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'x', schema: { type: 'object', properties: { a: { $ref: '#' } } } },
      },
    },
  ],
  ['logit_bias', { messages: [question], logit_bias: { 1: 1 } }],
])('what Anthropic cannot do is refused by the path the client wrote: %s', (param, body) => {
  let caught: unknown
  try {
    translate({ model: 'auto', ...body })
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(GatewayError)
  expect(caught).toMatchObject({ status: 400, param })
})
