import { readFileSync } from 'node:fs'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { eventsOf } from '../../../src/core/answer-collector.js'
import type { ChatResponse } from '../../../src/core/chat-response.js'
import { GatewayError } from '../../../src/core/errors.js'
import type { StreamEvent } from '../../../src/core/stream-event.js'
import type { RenderContext } from '../../../src/dialects/dialect.js'
import { openaiDialect } from '../../../src/dialects/openai/dialect.js'

const context: RenderContext = {
  id: 'abc',
  createdSeconds: 1_795_392_000,
  model: 'asked',
  includeUsage: false,
  requestId: 'req-1',
}
const start: StreamEvent = { type: 'start', id: 'up-1', model: 'told' }
const finish: StreamEvent = { type: 'finish', choice: 0, reason: 'stop' }
const usage: StreamEvent = {
  type: 'usage',
  usage: { inputTokens: 10, outputTokens: 5, cachedTokens: 4, cacheWriteTokens: 2, reasoningTokens: 3 },
}
const text = (value: string, choice = 0): StreamEvent => ({ type: 'text-delta', choice, text: value })

function render(events: readonly StreamEvent[], change: Partial<RenderContext> = {}): string {
  const renderer = openaiDialect.createStreamRenderer({ ...context, ...change })
  return events.map((event) => renderer.render(event)).join('') + renderer.end()
}

interface Chunk {
  readonly choices: readonly {
    index: number
    delta: Record<string, unknown>
    finish_reason: unknown
    logprobs?: unknown
  }[]
  readonly usage?: unknown
  readonly model: string
}

function payloads(stream: string): readonly string[] {
  expect(stream.endsWith('\n\n')).toBe(true)
  return stream
    .slice(0, -2)
    .split('\n\n')
    .map((event) => {
      expect(event).toMatch(/^data: [^\n]+$/)
      return event.slice('data: '.length)
    })
}

function chunks(stream: string): readonly Chunk[] {
  return payloads(stream)
    .filter((payload) => payload !== '[DONE]')
    .map((payload) => JSON.parse(payload))
}

const deltas = (stream: string) => chunks(stream).flatMap((chunk) => chunk.choices.map((choice) => choice.delta))

/** The official client in front of a recorded answer. */
function client(body: string, contentType: string): OpenAI {
  const fetch = async () => new Response(body, { headers: { 'content-type': contentType } })
  return new OpenAI({ apiKey: 'none', baseURL: 'http://127.0.0.1:9/v1', maxRetries: 0, fetch })
}

describe('a stream', () => {
  test('is exactly this', () => {
    expect(render([start, text('Lis'), text('bon "24°"\n'), finish, usage], { includeUsage: true })).toBe(
      [
        '{"id":"chatcmpl-abc","object":"chat.completion.chunk","created":1795392000,"model":"told","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}],"usage":null}',
        '{"id":"chatcmpl-abc","object":"chat.completion.chunk","created":1795392000,"model":"told","choices":[{"index":0,"delta":{"content":"Lis"},"finish_reason":null}],"usage":null}',
        '{"id":"chatcmpl-abc","object":"chat.completion.chunk","created":1795392000,"model":"told","choices":[{"index":0,"delta":{"content":"bon \\"24°\\"\\n"},"finish_reason":null}],"usage":null}',
        '{"id":"chatcmpl-abc","object":"chat.completion.chunk","created":1795392000,"model":"told","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}',
        '{"id":"chatcmpl-abc","object":"chat.completion.chunk","created":1795392000,"model":"told","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":2},"completion_tokens_details":{"reasoning_tokens":3}}}',
        '[DONE]',
      ]
        .map((payload) => `data: ${payload}\n\n`)
        .join(''),
    )
  })

  test('has no usage unless the client asked for it', () => {
    const stream = render([start, text('x'), usage, finish])
    expect(stream).not.toContain('usage')
    expect(stream.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('leaves the usage chunk out when no provider told any', () => {
    expect(chunks(render([start, finish], { includeUsage: true })).map((chunk) => chunk.choices.length)).toEqual([1, 1])
  })

  test('shows the model that was asked for until another is reported', () => {
    const silent = render([{ type: 'start', id: undefined, model: undefined }, text('x'), finish])
    expect(new Set(chunks(silent).map((chunk) => chunk.model))).toEqual(new Set(['asked']))
  })

  test('begins each choice with its role', () => {
    const stream = render([start, text('a', 1), text('b', 0), text('c', 1), finish, { ...finish, choice: 1 }])
    expect(chunks(stream).flatMap((chunk) => chunk.choices.map((c) => [c.index, c.delta, c.finish_reason]))).toEqual([
      [0, { role: 'assistant', content: '', refusal: null }, null],
      [1, { role: 'assistant', content: '', refusal: null }, null],
      [1, { content: 'a' }, null],
      [0, { content: 'b' }, null],
      [1, { content: 'c' }, null],
      [0, {}, 'stop'],
      [1, {}, 'stop'],
    ])
  })

  test('names every finish reason as OpenAI does', () => {
    const reasons = ['stop', 'stop-sequence', 'pause', 'length', 'tool-calls', 'content-filter'] as const
    const streams = reasons.map((reason) => render([start, { type: 'finish', choice: 0, reason }]))
    expect(streams.map((stream) => chunks(stream).at(-1)?.choices[0]?.finish_reason)).toEqual([
      ...['stop', 'stop', 'stop', 'length', 'tool_calls', 'content_filter'],
    ])
  })

  test('relays refusals and logprobs', () => {
    const logprobs = { content: [{ token: 'x', logprob: -1, bytes: [120], top_logprobs: [] }], refusal: null }
    const stream = render([
      start,
      { ...text('x'), logprobs } as StreamEvent,
      { type: 'refusal-delta', choice: 0, text: 'No.' },
    ])
    expect(chunks(stream)[1]?.choices[0]).toEqual({ index: 0, delta: { content: 'x' }, logprobs, finish_reason: null })
    expect(deltas(stream)[2]).toEqual({ refusal: 'No.' })
  })

  const call = (index: number, change: object = {}): StreamEvent[] => [
    { type: 'tool-start', choice: 0, index, id: `call_${index}`, name: 'f', ...change },
    { type: 'tool-delta', choice: 0, index, arguments: '{"a":' },
    { type: 'tool-delta', choice: 0, index, arguments: '1}' },
    { type: 'tool-end', choice: 0, index },
  ]

  test('names a call in its first fragment only', () => {
    expect(deltas(render([start, ...call(0), ...call(1)])).slice(1)).toEqual([
      { tool_calls: [{ index: 0, id: 'call_0', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '1}' } }] },
      { tool_calls: [{ index: 1, id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '{"a":' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '1}' } }] },
    ])
  })

  test("carries Gemini's thought signature on its call", () => {
    const [, delta] = deltas(render([start, ...call(0, { signature: 's1' })]))
    expect(delta).toMatchObject({ tool_calls: [{ extra_content: { google: { thought_signature: 's1' } } }] })
  })

  const thoughts: StreamEvent[] = [
    { type: 'reasoning-delta', choice: 0, text: 'Two ' },
    { type: 'reasoning-delta', choice: 0, text: 'lookups.' },
    { type: 'reasoning-end', choice: 0, signature: 'sig1' },
    { type: 'reasoning-redacted', choice: 0, data: 'xyz' },
  ]

  test("carries Anthropic's thinking on the first call after it", () => {
    const stream = render([start, ...thoughts, ...call(0), ...call(1)], { origin: 'anthropic' })
    expect(deltas(stream).slice(1, 4)).toEqual([
      { reasoning_content: 'Two ' },
      { reasoning_content: 'lookups.' },
      {
        tool_calls: [
          {
            index: 0,
            id: 'call_0',
            type: 'function',
            function: { name: 'f', arguments: '' },
            extra_content: {
              anthropic: {
                thinking: [
                  { type: 'thinking', thinking: 'Two lookups.', signature: 'sig1' },
                  { type: 'redacted_thinking', data: 'xyz' },
                ],
              },
            },
          },
        ],
      },
    ])
    expect(stream.match(/extra_content/g)).toHaveLength(1)
  })

  test('carries no seal of another family, which Anthropic would take for a forged one of its own', () => {
    expect(render([start, ...thoughts, ...call(0)], { origin: 'gemini' })).not.toContain('extra_content')
  })

  test('that broke ends with an error and without a terminator', () => {
    const renderer = openaiDialect.createStreamRenderer(context)
    renderer.render(start)
    const error = new GatewayError('stream_truncated', 'The provider closed the stream early.')
    expect(renderer.fail(error)).toBe(
      'data: {"error":{"message":"The provider closed the stream early.","type":"server_error","param":null,"code":"stream_truncated"}}\n\n',
    )
  })

  test('is always valid UTF-8 JSON, lone surrogates included', () => {
    const stream = render([start, text('\ud83d'), text('\u2028 </script>'), finish])
    expect(Buffer.from(stream).toString()).toBe(stream)
    expect(deltas(stream).slice(1, 3)).toEqual([{ content: '\ud83d' }, { content: '\u2028 </script>' }])
  })

  test('thrown at the official client becomes its error', async () => {
    const renderer = openaiDialect.createStreamRenderer(context)
    const broken =
      renderer.render(start) + renderer.render(text('Par')) + renderer.fail(new GatewayError('overloaded', 'Busy.'))
    const stream = await client(broken, 'text/event-stream').chat.completions.create({
      model: 'm',
      messages: [],
      stream: true,
    })
    const read = async () => {
      for await (const chunk of stream) expect(chunk.choices).toHaveLength(1)
    }
    await expect(read()).rejects.toMatchObject({ code: 'overloaded', type: 'server_error' })
  })
})

const ANSWERS: Readonly<Record<string, ChatResponse>> = {
  text: {
    id: 'up-1',
    model: 'told',
    choices: [{ index: 0, parts: [{ type: 'text', text: 'Hello', path: '' }], finishReason: 'stop' }],
    usage: { inputTokens: 3, outputTokens: 1 },
  },
  'no text at all': {
    id: 'up-1',
    model: 'told',
    choices: [{ index: 0, parts: [], finishReason: 'length' }],
    usage: { inputTokens: 3, outputTokens: 1, reasoningTokens: 1 },
  },
  'thinking and two calls': {
    id: 'up-1',
    model: 'told',
    choices: [
      {
        index: 0,
        parts: [
          { type: 'reasoning', text: 'Two lookups.', signature: 'sig1', origin: 'anthropic', path: '' },
          { type: 'redacted-reasoning', data: 'xyz', origin: 'anthropic', path: '' },
          { type: 'text', text: 'Let me ', path: '' },
          { type: 'text', text: 'check.', path: '' },
          { type: 'tool-call', id: 'c1', name: 'get_weather', arguments: '{"city":"Oslo"}', path: '' },
          { type: 'tool-call', id: 'c2', name: 'get_time', arguments: '{}', signature: 's2', path: '' },
        ],
        finishReason: 'tool-calls',
      },
    ],
    usage: { inputTokens: 3, outputTokens: 9, cachedTokens: 0 },
  },
  'a refusal': {
    id: undefined,
    model: undefined,
    choices: [{ index: 0, parts: [{ type: 'refusal', text: 'No.', path: '' }], finishReason: 'content-filter' }],
    usage: { inputTokens: 3, outputTokens: 1 },
  },
  'two choices': {
    id: 'up-1',
    model: 'told',
    choices: [
      { index: 0, parts: [{ type: 'text', text: 'One', path: '' }], finishReason: 'stop' },
      { index: 1, parts: [{ type: 'text', text: 'Two', path: '' }], finishReason: 'length' },
    ],
    usage: { inputTokens: 3, outputTokens: 2 },
  },
}

describe('a whole answer', () => {
  const rendered = (name: string, origin?: 'anthropic') => {
    const response = ANSWERS[name]
    if (response === undefined) throw new Error(`no answer ${name}`)
    return JSON.parse(openaiDialect.renderResponse(response, { ...context, ...(origin && { origin }) }))
  }

  test('with text', () => {
    expect(rendered('text')).toEqual({
      id: 'chatcmpl-abc',
      object: 'chat.completion',
      created: 1_795_392_000,
      model: 'told',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
    })
  })

  test('without text has empty content, and null only beside tool calls', () => {
    expect(rendered('no text at all').choices[0].message.content).toBe('')
    expect(rendered('a refusal').choices[0].message).toEqual({ role: 'assistant', content: '', refusal: 'No.' })
    const calls = ANSWERS['thinking and two calls']?.choices[0]?.parts.filter((part) => part.type === 'tool-call') ?? []
    const silent: ChatResponse = {
      id: undefined,
      model: undefined,
      choices: [{ index: 0, parts: calls, finishReason: 'tool-calls' }],
      usage: undefined,
    }
    const body = JSON.parse(openaiDialect.renderResponse(silent, context))
    expect(body.choices[0].message).toMatchObject({ content: null, tool_calls: [{ id: 'c1' }, { id: 'c2' }] })
    expect(body).toMatchObject({ model: 'asked' })
    expect(body).not.toHaveProperty('usage')
  })

  test('with thinking and calls', () => {
    expect(rendered('thinking and two calls').choices[0].message).toEqual({
      role: 'assistant',
      content: 'Let me check.',
      refusal: null,
      reasoning_content: 'Two lookups.',
      tool_calls: [
        {
          id: 'c1',
          type: 'function',
          function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
          extra_content: {
            anthropic: {
              thinking: [
                { type: 'thinking', thinking: 'Two lookups.', signature: 'sig1' },
                { type: 'redacted_thinking', data: 'xyz' },
              ],
            },
          },
        },
        {
          id: 'c2',
          type: 'function',
          function: { name: 'get_time', arguments: '{}' },
          extra_content: { google: { thought_signature: 's2' } },
        },
      ],
    })
  })

  test('comes back with its seals when the client returns the message as it got it', () => {
    const { message } = rendered('thinking and two calls').choices[0]
    const results = ['c1', 'c2'].map((id) => ({ role: 'tool', tool_call_id: id, content: 'x' }))
    const request = openaiDialect.parseRequest(JSON.stringify({ model: 'm', messages: [message, ...results] }))
    expect(request.messages[0]?.parts.filter((part) => part.type !== 'text')).toMatchObject([
      { type: 'reasoning', text: 'Two lookups.', origin: 'openai' },
      { type: 'reasoning', text: 'Two lookups.', signature: 'sig1', origin: 'anthropic' },
      { type: 'redacted-reasoning', data: 'xyz', origin: 'anthropic' },
      { type: 'tool-call', id: 'c1' },
      { type: 'tool-call', id: 'c2', signature: 's2' },
    ])
  })

  test.each(Object.entries(ANSWERS))(
    'streamed to the official client is the same answer: %s',
    async (_name, response) => {
      const whole = openaiDialect.renderResponse(response, { ...context, origin: 'anthropic' })
      const streamed = render(eventsOf(response), { includeUsage: true, origin: 'anthropic' })
      const request = { model: 'm', messages: [] }
      const expected = await client(whole, 'application/json').chat.completions.create(request)
      const stream = client(streamed, 'text/event-stream').chat.completions.stream({
        ...request,
        stream_options: { include_usage: true },
      })
      const actual = await stream.finalChatCompletion()
      expect(actual).toMatchObject({ id: expected.id, model: expected.model, usage: expected.usage })
      for (const [index, choice] of expected.choices.entries()) {
        const { message, finish_reason } = actual.choices[index] ?? {}
        expect(finish_reason).toBe(choice.finish_reason)
        expect(message?.content ?? '').toBe(choice.message.content ?? '')
        expect(message?.refusal ?? null).toBe(choice.message.refusal)
        expect(message?.tool_calls ?? []).toMatchObject(choice.message.tool_calls ?? [])
      }
    },
  )
})

describe('an error', () => {
  test('is an error object', () => {
    const error = new GatewayError('unsupported_parameter', "'n' is not supported.", { param: 'n' })
    expect(JSON.parse(openaiDialect.renderError(error, 'req-1'))).toEqual({
      error: {
        message: "'n' is not supported.",
        type: 'invalid_request_error',
        param: 'n',
        code: 'unsupported_parameter',
      },
    })
  })
})

describe('the code of an error', () => {
  const codeOf = (error: GatewayError) => JSON.parse(openaiDialect.renderError(error, 'req-1')).error.code

  test("is the provider's own for a request that it finds invalid", () => {
    const wireCode = 'content_policy_violation'
    expect(codeOf(new GatewayError('invalid_request', 'No.', { wireCode }))).toBe(wireCode)
    expect(codeOf(new GatewayError('upstream_error', 'No.', { wireCode }))).toBe('upstream_error')
  })

  test.each([[''], ['Two words'], ['a\nb'], ['x'.repeat(65)]])('is never %j', (wireCode) => {
    expect(codeOf(new GatewayError('invalid_request', 'No.', { wireCode }))).toBeNull()
  })
})

describe('the pass-through lane', () => {
  const request = (includeUsage: boolean) =>
    openaiDialect.parseRequest(
      JSON.stringify({
        model: 'm',
        messages: [{ role: 'user', content: 'x' }],
        stream: true,
        stream_options: { include_usage: includeUsage },
      }),
    )
  const relayed = (data: string, includeUsage = false) =>
    openaiDialect.relays({ event: undefined, data }, request(includeUsage))

  test.each([
    ['a chunk with choices', '{"choices":[{"index":0,"delta":{"content":"x"}}],"usage":null}', true],
    ['usage beside choices', '{"choices":[{"index":0,"delta":{}}],"usage":{"prompt_tokens":1}}', true],
    ['no choices and no usage', '{"choices":[],"prompt_filter_results":[]}', true],
    ['an error', '{"choices":[],"usage":{},"error":{"message":"x"}}', true],
    ['a text that looks like it', '{"choices":[{"delta":{"content":"\\"choices\\":[]"}}],"usage":{"a":1}}', true],
    ['the terminator', '[DONE]', true],
    ['garbage', '"choices":[]', true],
    ['the usage chunk', '{"choices":[],"usage":{"prompt_tokens":1}}', false],
    ['the usage chunk with spaces', '{"usage": {"prompt_tokens": 1}, "choices" : [ ]}', false],
  ])('%s', (_name, data, expected) => {
    expect(relayed(data)).toBe(expected)
    expect(relayed(data, true)).toBe(true)
  })

  test('drops exactly the one usage event of a recorded stream', () => {
    const path = new URL('../../fixtures/wire/openai-stream-text.sse', import.meta.url)
    const events = readFileSync(path, 'utf8').split('\n\n').filter(Boolean)
    const kept = events.filter((event) => relayed(event.slice('data: '.length)))
    expect(events.length - kept.length).toBe(1)
    expect(kept.join()).not.toContain('prompt_tokens')
  })
})
