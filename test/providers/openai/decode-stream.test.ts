import { describe, expect, test } from 'vitest'
import { createAnswerCollector } from '../../../src/core/answer-collector.js'
import { GatewayError } from '../../../src/core/errors.js'
import type { ModelSpec } from '../../../src/core/model-spec.js'
import type { StreamEvent } from '../../../src/core/stream-event.js'
import { openaiProvider } from '../../../src/providers/openai/adapter.js'
import { everyCut } from '../../support/every-cut.js'
import { playStream } from '../../support/play-stream.js'
import { wireBytes } from '../../support/wire-fixture.js'

const model: ModelSpec = { id: 'gpt-4o-mini', provider: 'openai', upstreamName: 'gpt-4o-mini', listed: true }
const context = { model, createToolCallId: (n: number) => `made_${n}` }

interface Outcome {
  readonly events: readonly StreamEvent[]
  readonly error: string | undefined
}

/** What comes of a stream whose bytes arrive in these pieces. */
function decode(pieces: readonly Buffer[]): Outcome {
  const { events, error } = playStream(openaiProvider.createStreamDecoder(context), pieces)
  return { events, error: error?.code }
}

/** Chunks of one choice, from the parts of them that matter. */
function sse(...payloads: readonly (object | string)[]): Outcome {
  const lines = payloads.map(
    (payload) => `data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`,
  )
  return decode([Buffer.from(lines.join(''))])
}

const chunk = (delta: object, more: object = {}) => ({ id: 'x', model: 'm', choices: [{ index: 0, delta, ...more }] })
const finish = (reason: string) => chunk({}, { finish_reason: reason })
const call = (...calls: object[]) => chunk({ tool_calls: calls })
const DONE = '[DONE]'
const start: StreamEvent = { type: 'start', id: 'x', model: 'm' }
const text = (value: string): StreamEvent => ({ type: 'text-delta', choice: 0, text: value })
const ended = (reason: string) => ({ type: 'finish', choice: 0, reason })

/** A call as `id name arguments`, in the order the events have it, and a check that no two overlap. */
function callsOf({ events }: Outcome): readonly string[] {
  const calls: string[] = []
  let open: number | undefined
  for (const event of events) {
    if (event.type === 'tool-start') {
      expect(open).toBeUndefined()
      expect(event.index).toBe(calls.length)
      open = event.index
      calls.push(`${event.id} ${event.name} `)
    } else if (event.type === 'tool-delta') {
      expect(event.index).toBe(open)
      expect(event.arguments).not.toBe('')
      calls[event.index] += event.arguments
    } else if (event.type === 'tool-end') {
      expect(event.index).toBe(open)
      open = undefined
    } else if (event.type !== 'usage') {
      expect(open).toBeUndefined()
    }
  }
  expect(open).toBeUndefined()
  return calls
}

const FIXTURES = [
  'openai-stream-text.sse',
  'openai-stream-comments-crlf.sse',
  'openai-stream-parallel-tools.sse',
  'openai-stream-reasoning.sse',
  'openai-stream-midstream-error.sse',
  'openai-stream-truncated.sse',
]

describe.each(FIXTURES)('%s', (name) => {
  test('gives the recorded events', () => {
    expect(decode([wireBytes(name)])).toMatchSnapshot()
  })

  test('does not care where the network cuts', () => {
    const bytes = wireBytes(name)
    const whole = decode([bytes])
    for (const pieces of everyCut(bytes)) expect(decode(pieces)).toEqual(whole)
  })
})

describe('the end of a stream', () => {
  test('wherever the connection breaks, is a truncation until the answer is complete', () => {
    const bytes = wireBytes('openai-stream-text.sse')
    const complete = bytes.indexOf('"finish_reason":"stop"}],"usage":null,"obfuscation":"q7"}') + 57
    const whole = decode([bytes]).events
    for (let length = 0; length < bytes.length; length += 1) {
      const { events, error } = decode([bytes.subarray(0, length)])
      expect({ length, error }).toEqual({ length, error: length < complete ? 'stream_truncated' : undefined })
      expect(events).toEqual(whole.slice(0, events.length))
    }
  })

  test('is clean without [DONE] once every choice has finished', () => {
    expect(sse(chunk({ content: 'x' }), finish('stop'))).toEqual({
      events: [start, text('x'), ended('stop')],
      error: undefined,
    })
  })

  test('before any finish reason is a truncation', () => {
    expect(sse(chunk({ content: 'x' }))).toEqual({ events: [start, text('x')], error: 'stream_truncated' })
  })

  test('while one of several choices goes on is a truncation', () => {
    const other = { id: 'x', model: 'm', choices: [{ index: 1, delta: { content: 'y' } }] }
    expect(sse(chunk({ content: 'x' }), other, finish('stop')).error).toBe('stream_truncated')
  })

  test('with nothing before it is a truncation', () => {
    expect(decode([])).toEqual({ events: [], error: 'stream_truncated' })
  })

  test.each([
    ['text', chunk({ content: 'x' }), 'stop'],
    ['a call', call({ index: 0, id: 'c', function: { name: 'f', arguments: '{}' } }), 'tool-calls'],
  ])('by [DONE] without a finish reason finishes as %s does', (_name, first, reason) => {
    const { events, error } = sse(first, DONE)
    expect(events.at(-1)).toEqual(ended(reason))
    expect(error).toBeUndefined()
  })

  test('by [DONE] without any choice is an error', () => {
    expect(sse(DONE).error).toBe('upstream_error')
    expect(sse({ id: 'x', choices: [] }, DONE).error).toBe('upstream_error')
  })

  test('is final: what follows [DONE] is ignored', () => {
    const decoder = openaiProvider.createStreamDecoder(context)
    const push = (data: string) => decoder.push({ event: undefined, data })
    push(JSON.stringify(chunk({ content: 'x' }, { finish_reason: 'stop' })))
    expect(decoder.ended?.()).toBe(false)
    push(DONE)
    expect(decoder.ended?.()).toBe(true)
    expect(push('garbage')).toEqual([])
    expect(decoder.end()).toEqual([])
  })

  test('comes once for each choice, however often the server repeats it', () => {
    const { events } = sse(chunk({ content: 'x' }), finish('length'), finish('stop'), chunk({ content: '' }), DONE)
    expect(events).toEqual([start, text('x'), ended('length')])
  })

  test('followed by more content is an error, as that content would be lost', () => {
    expect(sse(chunk({ content: 'x' }), finish('stop'), chunk({ content: 'y' })).error).toBe('upstream_error')
  })

  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['content_filter', 'content-filter'],
    ['eos', 'stop'],
    ['tool_calls', 'stop'],
  ])('for %s without calls is %s', (reason, expected) => {
    expect(sse(chunk({ content: 'x' }), finish(reason)).events.at(-1)).toEqual(ended(expected))
  })

  test.each([
    ['stop', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['length', 'length'],
    ['content_filter', 'content-filter'],
  ])('for %s after a call is %s', (reason, expected) => {
    const first = call({ index: 0, id: 'c', function: { name: 'f', arguments: '{}' } })
    expect(sse(first, finish(reason)).events.at(-1)).toEqual(ended(expected))
  })

  test.each(['error', 'abort', 'insufficient_system_resource'])('for %s is an error', (reason) => {
    expect(sse(chunk({ content: 'x' }), finish(reason)).error).toBe('upstream_error')
  })
})

describe('trouble in a stream', () => {
  test.each([
    ['{"error":{"message":"x","type":"server_error"}}', 'upstream_error'],
    ['{"error":{"message":"x","code":429}}', 'rate_limit_exceeded'],
    ['{"error":{"message":"x","type":"insufficient_quota"}}', 'insufficient_quota'],
    ['{"error":{"message":"x","code":"server_is_overloaded"}}', 'overloaded'],
    ['{"error":{"message":"x","type":"invalid_request_error","param":"n"}}', 'invalid_request'],
    ['{"error":{"message":"x","code":"context_length_exceeded"}}', 'context_length_exceeded'],
    ['{"error":{"message":"Invalid API key","code":401}}', 'upstream_auth_failed'],
    ['{"error":"out of memory"}', 'upstream_error'],
    ['[{"error":{"code":503,"message":"x","status":"UNAVAILABLE"}}]', 'overloaded'],
    ['{"object":"error","message":"x","type":"BadRequestError","code":400}', 'invalid_request'],
    [
      '{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"error":{"code":502,"message":"x"}}',
      'upstream_error',
    ],
    ['{"choices":[', 'stream_truncated'],
    ['{"choices":[}', 'upstream_error'],
    ['null', 'upstream_error'],
    ['[]', 'upstream_error'],
    ['<html>', 'upstream_error'],
  ])('%s', (payload, code) => {
    expect(sse(chunk({ content: 'x' }), payload)).toEqual({ events: [start, text('x')], error: code })
  })

  test('announced by the event name', () => {
    const body = 'event: error\ndata: {"error":{"message":"x","type":"overloaded_error"}}\n\n'
    expect(decode([Buffer.from(body)])).toEqual({ events: [], error: 'overloaded' })
    expect(decode([Buffer.from('event: error\ndata: what\n\n')])).toEqual({ events: [], error: 'upstream_error' })
  })

  test('is told without quoting the answer', () => {
    const decoder = openaiProvider.createStreamDecoder(context)
    const act = () => decoder.push({ event: undefined, data: '{"choices": secret' })
    expect(act).toThrow(GatewayError)
    expect(act).not.toThrow(/secret/)
  })

  test('is no null in the place of an error', () => {
    expect(sse({ ...chunk({ content: 'x' }), error: null }, finish('stop')).error).toBeUndefined()
  })
})

describe('content', () => {
  test('of several choices keeps apart', () => {
    const two = {
      id: 'x',
      model: 'm',
      choices: [
        { index: 1, delta: { content: 'b' } },
        { index: 0, delta: { content: 'a' } },
      ],
    }
    const both = {
      choices: [
        { index: 0, finish_reason: 'stop' },
        { index: 1, finish_reason: 'length' },
      ],
    }
    expect(sse(two, both, DONE).events).toEqual([
      start,
      { type: 'text-delta', choice: 1, text: 'b' },
      { type: 'text-delta', choice: 0, text: 'a' },
      ended('stop'),
      { type: 'finish', choice: 1, reason: 'length' },
    ])
  })

  test('that is empty is no event', () => {
    const empty = chunk({ role: 'assistant', content: '', refusal: null, reasoning_content: '', tool_calls: [] })
    expect(sse(empty, finish('stop')).events).toEqual([start, ended('stop')])
  })

  test('begins after the preface that Azure sends', () => {
    const preface = { id: '', model: '', choices: [], prompt_filter_results: [] }
    expect(sse(preface, chunk({ content: 'x' }), finish('stop')).events[0]).toEqual(start)
  })

  test('may be a refusal', () => {
    expect(sse(chunk({ refusal: 'No.' }), finish('stop')).events[1]).toEqual({
      type: 'refusal-delta',
      choice: 0,
      text: 'No.',
    })
  })

  test('keeps its logprobs, also without text', () => {
    const logprobs = { content: [{ token: 'x', logprob: -0.1, bytes: null, top_logprobs: [] }], refusal: null }
    const { events } = sse(chunk({ content: 'x' }, { logprobs }), chunk({}, { logprobs }), finish('stop'))
    expect(events.slice(1, 3)).toEqual([
      { type: 'text-delta', choice: 0, text: 'x', logprobs },
      { type: 'text-delta', choice: 0, text: '', logprobs },
    ])
  })

  test.each(['reasoning_content', 'reasoning'])('may be thinking in %s, which ends before the text', (field) => {
    const { events } = sse(chunk({ [field]: 'Hm' }), chunk({ [field]: '.' }), chunk({ content: 'x' }), finish('stop'))
    expect(events).toEqual([
      start,
      { type: 'reasoning-delta', choice: 0, text: 'Hm' },
      { type: 'reasoning-delta', choice: 0, text: '.' },
      { type: 'reasoning-end', choice: 0, signature: undefined },
      text('x'),
      ended('stop'),
    ])
  })

  test('is thought once when both fields hold the same', () => {
    const { events } = sse(chunk({ reasoning_content: 'Hm', reasoning: 'Hm' }), finish('stop'))
    expect(events.filter((event) => event.type === 'reasoning-delta')).toHaveLength(1)
  })

  test("may come in Mistral's parts", () => {
    const parts = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
      { type: 'text', text: 'x' },
    ]
    const { events } = sse(chunk({ content: parts }), finish('stop'))
    expect(events.map((event) => event.type)).toEqual([
      ...['start', 'reasoning-delta', 'reasoning-end', 'text-delta', 'finish'],
    ])
  })
})

describe('usage', () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
  const counted = { inputTokens: 5, outputTokens: 2 }
  const usageOf = (...payloads: object[]) =>
    sse(...payloads, DONE).events.findLast((event) => event.type === 'usage')?.usage

  test.each([
    ['in a chunk of its own', [finish('stop'), { choices: [], usage }]],
    ['on the last chunk', [{ ...finish('stop'), usage }]],
    [
      'on every chunk, growing',
      [
        { ...chunk({ content: 'x' }), usage: { ...usage, completion_tokens: 1 } },
        { ...finish('stop'), usage },
      ],
    ],
    ['in x_groq', [{ ...finish('stop'), x_groq: { id: 'r', usage } }]],
    ['in the choice', [chunk({}, { finish_reason: 'stop', usage })]],
  ])('%s', (_where, payloads) => {
    expect(usageOf(...payloads)).toEqual(counted)
  })

  test('keeps cached, written and reasoning tokens', () => {
    const details = {
      ...usage,
      prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 1, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 1 },
    }
    expect(usageOf(finish('stop'), { choices: [], usage: details })).toEqual({
      ...counted,
      cachedTokens: 3,
      cacheWriteTokens: 1,
      reasoningTokens: 1,
    })
  })

  test('includes reasoning that the server counts beside the completion', () => {
    const beside = { ...usage, total_tokens: 17, completion_tokens_details: { reasoning_tokens: 10 } }
    expect(usageOf(finish('stop'), { choices: [], usage: beside })).toMatchObject({
      outputTokens: 12,
      reasoningTokens: 10,
    })
  })

  test('knows sound, and a tier that has its own price', () => {
    const sound = { ...usage, prompt_tokens_details: { audio_tokens: 4 } }
    const last = { choices: [], usage: sound, service_tier: 'flex' }
    expect(usageOf(finish('stop'), last)).toEqual({ ...counted, audioTokens: 4, tier: 'flex' })
    expect(usageOf(finish('stop'), { choices: [], usage, service_tier: 'default' })).toEqual(counted)
  })

  test.each([null, {}, { prompt_tokens: -1 }, { prompt_tokens: '5' }, []])('of %j is none', (nothing) => {
    expect(usageOf(finish('stop'), { choices: [], usage: nothing })).toBeUndefined()
  })
})

describe('tool calls', () => {
  const named = (index: number | undefined, id: string | undefined, name: string, args: unknown = '') => ({
    ...(index !== undefined && { index }),
    ...(id !== undefined && { id }),
    type: 'function',
    function: { name, arguments: args },
  })
  const piece = (index: number | undefined, args: string, more: object = {}) => ({
    ...(index !== undefined && { index }),
    function: { arguments: args },
    ...more,
  })
  const two = ['a f {"x":1}', 'b g {"y":2}']

  test.each<[string, object[], string[]]>([
    [
      'as OpenAI sends them',
      [
        call(named(0, 'a', 'f')),
        call(piece(0, '{"x"')),
        call(piece(0, ':1}')),
        call(named(1, 'b', 'g')),
        call(piece(1, '{"y":2}')),
      ],
      two,
    ],
    ['whole, in one chunk', [call(named(0, 'a', 'f', '{"x":1}'), named(1, 'b', 'g', '{"y":2}'))], two],
    [
      'with sparse indexes',
      [call(named(3, 'a', 'f', '{"x":1}')), call(named(7, 'b', 'g')), call(piece(7, '{"y":2}'))],
      two,
    ],
    [
      'with index 0 for all',
      [call(named(0, 'a', 'f')), call(piece(0, '{"x":1}')), call(named(0, 'b', 'g', '{"y":2}'))],
      two,
    ],
    [
      'without indexes',
      [
        call(named(undefined, 'a', 'f')),
        call(piece(undefined, '{"x":1}')),
        call(named(undefined, 'b', 'g', '{"y":2}')),
      ],
      two,
    ],
    [
      'without indexes, by id',
      [
        call(named(undefined, 'a', 'f')),
        call(named(undefined, 'b', 'g')),
        call(piece(undefined, '{"x":1}', { id: 'a' })),
        call(piece(undefined, '{"y":2}', { id: 'b' })),
      ],
      two,
    ],
    [
      'with id and name on every fragment',
      [call(named(0, 'a', 'f', '{"x"')), call(named(0, 'a', 'f', ':1}')), call(named(1, 'b', 'g', '{"y":2}'))],
      two,
    ],
    [
      'with a new id on every fragment',
      [call(named(0, 'a', 'f')), call(piece(0, '{"x":1}', { id: 'z' })), call(named(1, 'b', 'g', '{"y":2}'))],
      two,
    ],
    [
      'side by side',
      [
        call(named(0, 'a', 'f'), named(1, 'b', 'g')),
        call(piece(1, '{"y":')),
        call(piece(0, '{"x":')),
        call(piece(0, '1}'), piece(1, '2}')),
      ],
      two,
    ],
    [
      'without ids',
      [call(named(0, undefined, 'f', '{"x":1}')), call(named(0, undefined, 'g', '{"y":2}'))],
      ['made_0 f {"x":1}', 'made_1 g {"y":2}'],
    ],
    ['with arguments that are no text', [call(named(0, 'a', 'f', { x: 1 }))], ['a f {"x":1}']],
    ['without arguments', [call(named(0, 'a', 'f')), call(named(1, 'b', 'g', null))], ['a f {}', 'b g {}']],
    ['with blank arguments', [call(named(0, 'a', 'f', ' \n'))], ['a f  \n{}']],
    [
      'with the name after the id',
      [call({ index: 0, id: 'a' }), call({ index: 0, function: { name: 'f' } }), call(piece(0, '{}'))],
      ['a f {}'],
    ],
    [
      'with braces inside strings',
      [call(named(0, 'a', 'f', '{"x":"}\\"}"')), call(named(1, 'b', 'g', '{}')), call(piece(0, '}'))],
      ['a f {"x":"}\\"}"}', 'b g {}'],
    ],
    ['cut', [call(named(0, 'a', 'f', '{"x"'))], ['a f {"x"']],
    [
      'of custom tools',
      [call({ index: 0, id: 'a', type: 'custom', custom: { name: 'sql', input: 'SELECT 1' } })],
      ['a sql SELECT 1'],
    ],
    [
      'in the deprecated field',
      [chunk({ function_call: { name: 'f', arguments: '' } }), chunk({ function_call: { arguments: '{}' } })],
      ['made_0 f {}'],
    ],
  ])('%s', (_how, payloads, expected) => {
    const outcome = sse(...payloads, finish('tool_calls'), DONE)
    expect(outcome.error).toBeUndefined()
    expect(callsOf(outcome)).toEqual(expected)
    expect(outcome.events.at(-1)).toEqual(ended('tool-calls'))
  })

  test('keep the thought signature of Gemini', () => {
    const sealed = { ...named(0, 'a', 'f', '{}'), extra_content: { google: { thought_signature: 's' } } }
    expect(sse(call(sealed), finish('tool_calls')).events[1]).toMatchObject({ type: 'tool-start', signature: 's' })
  })

  test('come out whole before text that was sent among them', () => {
    const outcome = sse(
      call(named(0, 'a', 'f', '{"x"')),
      chunk({ content: 'hm' }),
      call(piece(0, ':1}')),
      finish('tool_calls'),
    )
    expect(callsOf(outcome)).toEqual(['a f {"x":1}'])
    expect(outcome.events.slice(-2)).toEqual([text('hm'), ended('tool-calls')])
  })

  test('end as soon as the next begins', () => {
    const { events } = sse(call(named(0, 'a', 'f', '{}')), call(named(1, 'b', 'g')))
    expect(events.map((event) => event.type)).toEqual(['start', 'tool-start', 'tool-delta', 'tool-end', 'tool-start'])
  })

  test('without a name are an error', () => {
    expect(sse(call(piece(0, '{}')), finish('tool_calls')).error).toBe('upstream_error')
  })

  test('that go on after they were complete are an error', () => {
    const payloads = [call(named(0, 'a', 'f', '{}')), call(named(1, 'b', 'g', '{}')), call(piece(0, '{}'))]
    expect(sse(...payloads).error).toBe('upstream_error')
    expect(sse(...payloads.slice(0, 2), call(piece(0, ' ')), finish('tool_calls')).error).toBeUndefined()
  })

  test('have ids of their own in each choice', () => {
    const both = {
      choices: [0, 1].map((index) => ({ index, delta: { tool_calls: [named(0, undefined, 'f', '{}')] } })),
    }
    const ids = sse(both, DONE).events.flatMap((event) => (event.type === 'tool-start' ? event.id : []))
    expect(new Set(ids).size).toBe(2)
  })
})

describe('a whole answer', () => {
  const whole = (choice: object, more: object = {}) => ({
    id: 'x',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, logprobs: null, ...choice }],
    ...more,
  })
  const decodeWhole = (body: object) => openaiProvider.decodeResponse(JSON.stringify(body), context)
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
  const calls = [
    { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
    { id: 'b', type: 'function', function: { name: 'g', arguments: '' } },
  ]
  const logprobs = { content: [{ token: 'x', logprob: -1, bytes: null, top_logprobs: [] }], refusal: null }

  test.each(['openai-response-text.json', 'openai-response-tools.json'])('%s', (name) => {
    expect(openaiProvider.decodeResponse(wireBytes(name).toString(), context)).toMatchSnapshot()
  })

  test.each([
    ['text', { message: { role: 'assistant', content: 'Hi', refusal: null }, finish_reason: 'stop' }],
    ['no text', { message: { role: 'assistant', content: '' }, finish_reason: 'length' }],
    ['a refusal', { message: { content: null, refusal: 'No.' }, finish_reason: 'content_filter' }],
    ['logprobs', { message: { content: 'x' }, logprobs, finish_reason: 'stop' }],
    [
      'thinking and calls',
      { message: { reasoning_content: 'Hm.', content: 'So:', tool_calls: calls }, finish_reason: 'tool_calls' },
    ],
    ['forced calls', { message: { content: null, tool_calls: calls }, finish_reason: 'stop' }],
    ['no finish reason', { message: { content: 'x' }, finish_reason: null }],
  ])('is what its stream collects to: %s', (_name, choice) => {
    const { message, ...rest } = choice
    const collector = createAnswerCollector('openai')
    const streamed = { ...whole({ ...rest, delta: message, finish_reason: null }) }
    const last = { choices: [{ index: 0, delta: {}, finish_reason: rest.finish_reason }] }
    const outcome = sse(streamed, last, { choices: [], usage }, DONE)
    for (const event of outcome.events) collector.push(event)
    expect(decodeWhole(whole(choice, { usage }))).toEqual(collector.response())
  })

  test('may hold choices without an index', () => {
    const body = { choices: [{ message: { content: 'a' } }, { message: { content: 'b' } }] }
    expect(decodeWhole(body).choices.map(({ index, parts }) => [index, parts])).toEqual([
      [0, [{ type: 'text', text: 'a', path: '' }]],
      [1, [{ type: 'text', text: 'b', path: '' }]],
    ])
  })

  test.each([
    ['', 'upstream_error'],
    ['<html>502</html>', 'upstream_error'],
    ['{"choices":[]}', 'upstream_error'],
    ['{"choices":[null]}', 'upstream_error'],
    ['[]', 'upstream_error'],
    ['"x"', 'upstream_error'],
    ['{"error":{"message":"x","code":429}}', 'rate_limit_exceeded'],
    ['[{"error":{"message":"x","code":503}}]', 'overloaded'],
    ['{"object":"error","message":"x","code":400}', 'invalid_request'],
  ])('that is none is an error: %s', (body, code) => {
    const act = () => openaiProvider.decodeResponse(body, context)
    expect(act).toThrow(expect.objectContaining({ code }))
  })
})
