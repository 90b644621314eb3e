import { describe, expect, test } from 'vitest'
import { createAnswerCollector } from '../../../src/core/answer-collector.js'
import type { ChatResponse } from '../../../src/core/chat-response.js'
import { GatewayError } from '../../../src/core/errors.js'
import { anthropicProvider } from '../../../src/providers/anthropic/adapter.js'
import { wireText } from '../../support/wire-fixture.js'
import { modelSpec } from './chat-request.js'

const context = { model: modelSpec('claude-opus-5-5'), createToolCallId: (n: number) => `call_${n}` }
const decode = (body: string | object): ChatResponse =>
  anthropicProvider.decodeResponse(typeof body === 'string' ? body : JSON.stringify(body), context)

function failure(body: string | object): GatewayError {
  try {
    decode(body)
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
  throw new Error('The answer was accepted.')
}

describe('the fixtures', () => {
  test('text', () => {
    expect(decode(wireText('anthropic-response-text.json'))).toEqual({
      id: 'msg_01FxText',
      model: 'claude-haiku-5-5',
      choices: [
        {
          index: 0,
          parts: [{ type: 'text', text: 'Lisbon is the capital of Portugal.', path: '' }],
          finishReason: 'stop',
        },
      ],
      usage: { inputTokens: 2062, outputTokens: 10, cachedTokens: 2048, cacheWriteTokens: 0, cacheWriteLongTokens: 0 },
    })
  })

  test('thinking, text and tool calls, in order', () => {
    const { choices, usage } = decode(wireText('anthropic-response-tools-thinking.json'))
    expect(choices).toEqual([
      {
        index: 0,
        parts: [
          {
            type: 'reasoning',
            text: 'Two lookups are needed.',
            signature: 'EqQBCkYIFxSIGfake==',
            origin: 'anthropic',
            path: '',
          },
          { type: 'text', text: 'Let me check both.', path: '' },
          { type: 'tool-call', id: 'toolu_01A', name: 'get_weather', arguments: '{"city":"Oslo"}', path: '' },
          { type: 'tool-call', id: 'toolu_01B', name: 'get_time', arguments: '{}', path: '' },
        ],
        finishReason: 'tool-calls',
      },
    ])
    expect(usage).toMatchObject({ inputTokens: 412, outputTokens: 96, reasoningTokens: 22 })
  })

  test('a refusal', () => {
    expect(decode(wireText('anthropic-response-refusal.json')).choices).toEqual([
      {
        index: 0,
        parts: [{ type: 'refusal', text: 'The request falls in a restricted area.', path: '' }],
        finishReason: 'content-filter',
      },
    ])
  })
})

/** The stream Anthropic would have sent for a message. */
function streamed(message: { content: Record<string, unknown>[] } & Record<string, unknown>): ChatResponse {
  const { content, stop_reason, stop_sequence, stop_details, usage, ...head } = message
  const wire: object[] = [
    { type: 'message_start', message: { ...head, content: [], usage: { ...(usage as object), output_tokens: 1 } } },
  ]
  for (const [index, block] of content.entries()) {
    const delta = (change: object) => wire.push({ type: 'content_block_delta', index, delta: change })
    const empty = {
      ...block,
      ...('text' in block && { text: '' }),
      ...('thinking' in block && { thinking: '', signature: '' }),
      ...('input' in block && { input: {} }),
    }
    wire.push({ type: 'content_block_start', index, content_block: empty })
    if (typeof block.text === 'string') for (const char of block.text) delta({ type: 'text_delta', text: char })
    if (typeof block.thinking === 'string') delta({ type: 'thinking_delta', thinking: block.thinking })
    if (block.signature !== undefined) delta({ type: 'signature_delta', signature: block.signature })
    if (block.input !== undefined)
      for (const char of JSON.stringify(block.input)) delta({ type: 'input_json_delta', partial_json: char })
    wire.push({ type: 'content_block_stop', index })
  }
  wire.push(
    { type: 'message_delta', delta: { stop_reason, stop_sequence, stop_details }, usage },
    { type: 'message_stop' },
  )

  const decoder = anthropicProvider.createStreamDecoder(context)
  const collector = createAnswerCollector('anthropic')
  for (const event of wire) {
    for (const one of decoder.push({ event: undefined, data: JSON.stringify(event) })) collector.push(one)
  }
  for (const one of decoder.end()) collector.push(one)
  return collector.response()
}

describe('what costs besides the usual tokens', () => {
  const answerWith = (more: object): object => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: 'a' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 3, output_tokens: 1, ...more },
  })
  test.each([
    [{ speed: 'fast', service_tier: 'standard' }, { tier: 'fast' }],
    [{ speed: 'standard', service_tier: 'priority' }, { tier: 'priority' }],
    [{ speed: 'standard', service_tier: 'standard' }, {}],
    [{ server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 } }, { searches: 2 }],
  ])('%j', (wire, known) => {
    expect(decode(answerWith(wire)).usage).toEqual({ inputTokens: 3, outputTokens: 1, ...known })
  })
})

describe('the same answer, streamed and whole', () => {
  const thinking = { type: 'thinking', thinking: 'Hm.', signature: 's1' }
  const usage = {
    input_tokens: 1,
    cache_creation_input_tokens: 5,
    cache_read_input_tokens: null,
    cache_creation: { ephemeral_1h_input_tokens: 2 },
    output_tokens: 7,
  }
  test.each<[string, Record<string, unknown>[], object]>([
    ['nothing', [], { stop_reason: 'end_turn' }],
    [
      'two texts',
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b"\n' },
      ],
      { stop_reason: 'stop_sequence', stop_sequence: 'X' },
    ],
    [
      'texts around a server tool',
      [
        { type: 'text', text: 'a' },
        { type: 'server_tool_use', id: 's', name: 'web_search', input: { q: 1 } },
        { type: 'web_search_tool_result', content: [] },
        { type: 'text', text: 'b' },
      ],
      { stop_reason: 'pause_turn' },
    ],
    [
      'thinking in several blocks',
      [
        thinking,
        { ...thinking, signature: 's2' },
        { type: 'redacted_thinking', data: 'x' },
        { type: 'thinking', thinking: '', signature: 's3' },
        { type: 'text', text: 'a' },
      ],
      { stop_reason: 'max_tokens' },
    ],
    [
      'thinking without a seal',
      [
        { type: 'thinking', thinking: 'Hm.', signature: '' },
        { type: 'text', text: '' },
      ],
      { stop_reason: 'new' },
    ],
    [
      'calls',
      [
        { type: 'tool_use', id: 'a', name: 'f', input: {} },
        { type: 'text', text: 'and' },
        { type: 'tool_use', id: '', name: 'g', input: { a: [1, null, { b: 'ü' }] } },
      ],
      { stop_reason: 'tool_use' },
    ],
    ['a refusal', [], { stop_reason: 'refusal', stop_details: { explanation: 'No.' } }],
    ['a refusal without a word', [], { stop_reason: 'refusal', stop_details: null }],
    [
      'a refusal after text',
      [{ type: 'text', text: 'a' }],
      { stop_reason: 'refusal', stop_details: { explanation: 'No.' } },
    ],
  ])('is the same: %s', (_name, content, end) => {
    const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content, usage, ...end }
    expect(decode(message)).toEqual(streamed(message))
  })
})

describe('arguments of a call', () => {
  const withInput = (input: string) => {
    const body = `{"content":[{"type":"text","text":"a"},{"type":"tool_use","id":"t","name":"f", "input" : ${input} }],"stop_reason":"tool_use"}`
    const part = decode(body).choices[0]?.parts[1]
    return part?.type === 'tool-call' ? part.arguments : undefined
  }

  test.each([
    ['are compact', '{ "a" : [ 1, 2 ] }', '{"a":[1,2]}'],
    [
      'keep large integers',
      '{ "id": 12345678901234567890, "s": "a  \\" b" }',
      '{"id":12345678901234567890,"s":"a  \\" b"}',
    ],
    ['keep numbers too large to be numbers', '{"a": 1e400}', '{"a":1e400}'],
    ['keep the form of a decimal', '{"a": 1.10}', '{"a":1.10}'],
    ['are not confused by digits in text', '{"a": "007 1e5 \\\\"}', '{"a":"007 1e5 \\\\"}'],
    ['are an object when there are none', 'null', '{}'],
  ])('%s', (_name, input, expected) => {
    expect(withInput(input)).toBe(expected)
  })
})

describe('what is no answer', () => {
  test.each([
    ['HTML', '<html>secret</html>'],
    ['nothing', ''],
    ['a cut body', '{"content":[{"type":"text","text":"secret'],
    ['an array', '["secret"]'],
    ['a message without content', '{"id":"secret"}'],
    ['content that is no list', '{"content":"secret"}'],
    ['a block that is no object', '{"content":["secret"]}'],
    ['a call without a name', '{"content":[{"type":"tool_use","id":"secret"}]}'],
    [
      'input without a bottom',
      `{"content":[{"type":"tool_use","name":"f","input":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`,
    ],
  ])('is an upstream error that quotes nothing: %s', (_name, body) => {
    const error = failure(body)
    expect(error.code).toBe('upstream_error')
    expect(error.message).not.toContain('secret')
  })

  test('is the error it says it is', () => {
    const error = { type: 'overloaded_error', message: 'x' }
    expect(failure({ type: 'error', error }).code).toBe('overloaded')
    expect(failure({ error }).code).toBe('overloaded')
  })
})
