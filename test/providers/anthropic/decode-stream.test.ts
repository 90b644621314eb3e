import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAnswerCollector } from '../../../src/core/answer-collector.js'
import type { StreamEvent } from '../../../src/core/stream-event.js'
import { createStreamDecoder } from '../../../src/providers/anthropic/decode-stream.js'
import { deltaPrefix, scanDelta } from '../../../src/providers/anthropic/scan-delta.js'
import { everyCut } from '../../support/every-cut.js'
import { playStream } from '../../support/play-stream.js'
import { wireBytes } from '../../support/wire-fixture.js'
import { modelSpec } from './chat-request.js'

const context = { model: modelSpec('claude-opus-5-5'), createToolCallId: (n: number) => `call_${n}` }
const FIXTURES = new URL('../../fixtures/wire/', import.meta.url)
const streams = readdirSync(FIXTURES).filter((name) => /^anthropic-stream-.*\.sse$/.test(name))

interface Outcome {
  readonly events: readonly StreamEvent[]
  readonly error: { readonly code: string; readonly message: string } | undefined
}

function play(chunks: readonly Buffer[]): Outcome {
  const { events, error } = playStream(createStreamDecoder(context), chunks)
  return { events, error: error && { code: error.code, message: error.message } }
}

/** Plays data lines as they come out of the parser. */
function feed(...data: readonly (string | object)[]): Outcome {
  return play(data.map((item) => Buffer.from(`data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`)))
}

const begin = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', usage: { input_tokens: 3, output_tokens: 1 } },
}
const open = (index: number, content_block: object) => ({ type: 'content_block_start', index, content_block })
const delta = (index: number, change: object) => ({ type: 'content_block_delta', index, delta: change })
const text = (index: number, value: string) => delta(index, { type: 'text_delta', text: value })
const close = (index: number) => ({ type: 'content_block_stop', index })
const reason = (stop_reason: string | null, rest: object = {}) => ({
  type: 'message_delta',
  delta: { stop_reason, ...rest },
})
const stop = { type: 'message_stop' }
const ofType = (outcome: Outcome, type: StreamEvent['type']) => outcome.events.filter((event) => event.type === type)

describe('the fixtures', () => {
  test('text', () => {
    expect(play([wireBytes('anthropic-stream-text.sse')])).toEqual({
      events: [
        { type: 'start', id: 'msg_01FxS1', model: 'claude-haiku-5-5' },
        {
          type: 'usage',
          usage: {
            inputTokens: 2062,
            outputTokens: 1,
            cachedTokens: 2048,
            cacheWriteTokens: 0,
            cacheWriteLongTokens: 0,
          },
        },
        { type: 'text-delta', choice: 0, text: 'Lis' },
        { type: 'text-delta', choice: 0, text: 'bon is sunny' },
        { type: 'text-delta', choice: 0, text: ' – 24 °C.' },
        {
          type: 'usage',
          usage: {
            inputTokens: 2062,
            outputTokens: 12,
            cachedTokens: 2048,
            cacheWriteTokens: 0,
            cacheWriteLongTokens: 0,
          },
        },
        { type: 'finish', choice: 0, reason: 'stop' },
      ],
      error: undefined,
    })
  })

  test('parallel tool calls get dense indexes, and one without arguments gets an empty object', () => {
    const { events, error } = play([wireBytes('anthropic-stream-parallel-tools.sse')])
    expect(error).toBeUndefined()
    expect(events.slice(2)).toEqual([
      { type: 'text-delta', choice: 0, text: 'Checking.' },
      { type: 'tool-start', choice: 0, index: 0, id: 'toolu_01A', name: 'get_weather' },
      { type: 'tool-delta', choice: 0, index: 0, arguments: '{"ci' },
      { type: 'tool-delta', choice: 0, index: 0, arguments: 'ty": "Oslo"}' },
      { type: 'tool-end', choice: 0, index: 0 },
      { type: 'tool-start', choice: 0, index: 1, id: 'toolu_01B', name: 'get_time' },
      { type: 'tool-delta', choice: 0, index: 1, arguments: '{}' },
      { type: 'tool-end', choice: 0, index: 1 },
      // The nulls of message_delta leave what message_start said.
      {
        type: 'usage',
        usage: { inputTokens: 412, outputTokens: 64, cachedTokens: 0, cacheWriteTokens: 0, cacheWriteLongTokens: 0 },
      },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
    ])
  })

  test('thinking keeps its signature and its redacted blocks', () => {
    const { events, error } = play([wireBytes('anthropic-stream-thinking.sse')])
    expect(error).toBeUndefined()
    expect(events.slice(2)).toEqual([
      { type: 'reasoning-delta', choice: 0, text: 'Compare both ' },
      { type: 'reasoning-delta', choice: 0, text: 'numbers.' },
      { type: 'reasoning-end', choice: 0, signature: 'EqQBCkYIFxSIGfake==' },
      { type: 'reasoning-redacted', choice: 0, data: 'EmwKAhgBEgyfake==' },
      { type: 'text-delta', choice: 0, text: '9.9 is larger.' },
      {
        type: 'usage',
        usage: {
          inputTokens: 88,
          outputTokens: 151,
          cachedTokens: 0,
          cacheWriteTokens: 0,
          cacheWriteLongTokens: 0,
          reasoningTokens: 140,
        },
      },
      { type: 'finish', choice: 0, reason: 'stop' },
    ])
  })

  test('unknown events and deltas are skipped', () => {
    const { events, error } = play([wireBytes('anthropic-stream-unknown-event.sse')])
    expect(error).toBeUndefined()
    expect(events.map((event) => event.type)).toEqual(['start', 'usage', 'text-delta', 'usage', 'finish'])
  })

  test.each([
    ['anthropic-stream-midstream-error.sse', 'overloaded', ['start', 'usage', 'text-delta']],
    ['anthropic-stream-early-error.sse', 'overloaded', []],
    ['anthropic-stream-truncated.sse', 'upstream_error', ['start', 'usage', 'text-delta']],
  ])('%s breaks', (name, code, types) => {
    const { events, error } = play([wireBytes(name)])
    expect(error?.code).toBe(code)
    expect(events.map((event) => event.type)).toEqual(types)
  })

  test.each(streams)('%s does not depend on where the network cuts', (name) => {
    const bytes = wireBytes(name)
    const whole = play([bytes])
    for (const chunks of everyCut(bytes)) expect(play(chunks)).toEqual(whole)
  })

  test.each(streams)('%s is never taken for complete when it is cut short', (name) => {
    const bytes = wireBytes(name)
    const whole = play([bytes])
    // The last event is over with its data line: without its blank lines it is still complete.
    const complete = bytes.lastIndexOf('}') + 1
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const { error } = play([bytes.subarray(0, cut)])
      if (whole.error !== undefined || cut < complete) expect(error).toBeDefined()
      else expect(error).toBeUndefined()
    }
  })
})

describe('the end', () => {
  test('finishes once, at message_stop, and nothing counts after it', () => {
    const { events, error } = feed(
      begin,
      open(0, { type: 'text', text: '' }),
      text(0, 'a'),
      close(0),
      reason('end_turn'),
      stop,
      stop,
      text(0, 'b'),
      '[DONE]',
      reason('refusal'),
    )
    expect(error).toBeUndefined()
    expect(events.slice(2)).toEqual([
      { type: 'text-delta', choice: 0, text: 'a' },
      { type: 'finish', choice: 0, reason: 'stop' },
    ])
  })

  test('is known to the decoder', () => {
    const decoder = createStreamDecoder(context)
    const push = (event: object) => decoder.push({ event: undefined, data: JSON.stringify(event) })
    push(begin)
    expect(decoder.ended?.()).toBe(false)
    push(stop)
    expect(decoder.ended?.()).toBe(true)
  })

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop-sequence'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool-calls'],
    ['refusal', 'content-filter'],
    ['pause_turn', 'pause'],
    ['something_new', 'stop'],
    [null, 'stop'],
  ])('for %s is %s', (from, to) => {
    expect(feed(begin, reason(from), stop).events.at(-1)).toEqual({ type: 'finish', choice: 0, reason: to })
  })

  test('names the stop sequence', () => {
    expect(feed(begin, reason('stop_sequence', { stop_sequence: 'END' }), reason(null), stop).events.at(-1)).toEqual({
      type: 'finish',
      choice: 0,
      reason: 'stop-sequence',
      stopSequence: 'END',
    })
  })

  test('explains a refusal that came without text, and only that', () => {
    const refused = reason('refusal', { stop_details: { type: 'refusal', category: null, explanation: 'No.' } })
    expect(feed(begin, refused, stop).events.slice(2)).toEqual([
      { type: 'refusal-delta', choice: 0, text: 'No.' },
      { type: 'finish', choice: 0, reason: 'content-filter' },
    ])
    expect(
      ofType(feed(begin, open(0, { type: 'text' }), text(0, 'Hm'), close(0), refused, stop), 'refusal-delta'),
    ).toEqual([])
  })

  test('that does not come is an error', () => {
    expect(feed(begin, reason('end_turn')).error?.code).toBe('stream_truncated')
    expect(play([]).error?.code).toBe('stream_truncated')
  })
})

describe('odd but harmless streams', () => {
  test('block indexes may repeat', () => {
    const { events, error } = feed(
      begin,
      open(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
      delta(0, { type: 'input_json_delta', partial_json: '{"q":1}' }),
      close(0),
      open(0, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }),
      close(0),
      open(0, { type: 'tool_use', id: 't', name: 'a', input: {} }),
      delta(0, { type: 'input_json_delta', partial_json: '{"x":1}' }),
      close(0),
      open(0, { type: 'text', text: 'Start ' }),
      text(0, 'end'),
      close(0),
      stop,
    )
    expect(error).toBeUndefined()
    expect(events.slice(2)).toEqual([
      { type: 'tool-start', choice: 0, index: 0, id: 't', name: 'a' },
      { type: 'tool-delta', choice: 0, index: 0, arguments: '{"x":1}' },
      { type: 'tool-end', choice: 0, index: 0 },
      { type: 'text-delta', choice: 0, text: 'Start ' },
      { type: 'text-delta', choice: 0, text: 'end' },
      { type: 'finish', choice: 0, reason: 'stop' },
    ])
  })

  test('text of a block type we do not know is not taken for the answer', () => {
    expect(ofType(feed(begin, open(0, { type: 'novelty' }), text(0, 'x'), close(0), stop), 'text-delta')).toEqual([])
  })

  test('blocks that are never closed end with the next one or with the message', () => {
    const { events } = feed(
      begin,
      open(0, { type: 'thinking' }),
      open(1, { type: 'tool_use', id: 't', name: 'a' }),
      stop,
    )
    expect(events.slice(2).map((event) => event.type)).toEqual([
      'reasoning-end',
      'tool-start',
      'tool-delta',
      'tool-end',
      'finish',
    ])
  })

  test('blocks that are open at the same time come one after the other, each with what is its own', () => {
    const input = (index: number, partial_json: string) => delta(index, { type: 'input_json_delta', partial_json })
    const { events, error } = feed(
      begin,
      open(0, { type: 'text', text: '' }),
      open(1, { type: 'tool_use', id: 't1', name: 'a', input: {} }),
      open(2, { type: 'tool_use', id: 't2', name: 'b', input: {} }),
      input(2, '{"y":'),
      text(0, 'Let me '),
      input(1, '{"x":'),
      text(0, 'look.'),
      input(2, '2}'),
      close(2),
      close(0),
      open(2, { type: 'thinking', thinking: 'Hm' }),
      input(1, '1}'),
      delta(2, { type: 'signature_delta', signature: 'seal' }),
      close(1),
      close(2),
      reason('tool_use'),
      stop,
    )
    expect(error).toBeUndefined()
    expect(events.slice(2)).toEqual([
      { type: 'text-delta', choice: 0, text: 'Let me ' },
      { type: 'text-delta', choice: 0, text: 'look.' },
      { type: 'tool-start', choice: 0, index: 0, id: 't1', name: 'a' },
      { type: 'tool-delta', choice: 0, index: 0, arguments: '{"x":' },
      { type: 'tool-delta', choice: 0, index: 0, arguments: '1}' },
      { type: 'tool-end', choice: 0, index: 0 },
      { type: 'tool-start', choice: 0, index: 1, id: 't2', name: 'b' },
      { type: 'tool-delta', choice: 0, index: 1, arguments: '{"y":' },
      { type: 'tool-delta', choice: 0, index: 1, arguments: '2}' },
      { type: 'tool-end', choice: 0, index: 1 },
      { type: 'reasoning-delta', choice: 0, text: 'Hm' },
      { type: 'reasoning-end', choice: 0, signature: 'seal' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
    ])
  })

  test('a call gets no arguments made up while it is still being written', () => {
    const { events } = feed(
      begin,
      open(0, { type: 'tool_use', id: 't1', name: 'a', input: {} }),
      open(1, { type: 'tool_use', id: 't2', name: 'b', input: {} }),
    )
    expect(events.slice(2)).toEqual([{ type: 'tool-start', choice: 0, index: 0, id: 't1', name: 'a' }])
  })

  test('what waits for a block that does not end is bounded', () => {
    const long = 'secret prompt '.repeat(200_000)
    const { error } = feed(
      begin,
      open(0, { type: 'text', text: '' }),
      open(1, { type: 'text', text: '' }),
      ...Array.from({ length: 13 }, () => text(1, long)),
    )
    expect(error?.code).toBe('upstream_error')
    expect(error?.message).not.toContain('secret')
  })

  test('a call may bring all its input at once, and lack an id', () => {
    const { events } = feed(begin, open(0, { type: 'tool_use', name: 'a', input: { x: 1 } }), close(0), stop)
    expect(events.slice(2, 4)).toEqual([
      { type: 'tool-start', choice: 0, index: 0, id: 'call_0', name: 'a' },
      { type: 'tool-delta', choice: 0, index: 0, arguments: '{"x":1}' },
    ])
  })

  test('arguments that come with the beginning keep numbers that JavaScript would change', () => {
    const beginning = JSON.stringify(open(0, { type: 'tool_use', name: 'a', input: { x: 'here' } }))
    const { events } = feed(begin, beginning.replace('"here"', ' 12345678901234567890 '), close(0), stop)
    expect(events).toContainEqual({ type: 'tool-delta', choice: 0, index: 0, arguments: '{"x":12345678901234567890}' })
  })

  test('text without a block is text', () => {
    expect(ofType(feed(begin, text(0, 'x'), stop), 'text-delta')).toHaveLength(1)
  })

  test('pings and unknown events need not even be JSON', () => {
    const wire = `data: ${JSON.stringify(begin)}\n\nevent: ping\ndata: pong\n\nevent: news\ndata: <x>\n\ndata: ${JSON.stringify(stop)}\n\n`
    expect(play([Buffer.from(wire)]).error).toBeUndefined()
  })

  test('the event name stands in for a missing type', () => {
    const wire = `data: ${JSON.stringify(begin)}\n\nevent: message_stop\ndata: {}\n\n`
    expect(play([Buffer.from(wire)]).error).toBeUndefined()
  })

  test('later usage replaces earlier usage and never adds', () => {
    const usage = (counts: object) => ({ ...reason(null), usage: counts })
    const { events } = feed(
      begin,
      usage({ output_tokens: 5 }),
      usage({ output_tokens: 9, input_tokens: null }),
      usage({ output_tokens: 9, input_tokens: 4 }),
      stop,
    )
    expect(events.at(-2)).toEqual({ type: 'usage', usage: { inputTokens: 4, outputTokens: 9 } })
  })
})

describe('broken streams', () => {
  test.each<[string, readonly (string | object)[]]>([
    ['is not JSON', [begin, '{"secret prompt']],
    ['is not an object', [begin, '["secret prompt"]']],
    ['has no beginning', [text(0, 'secret prompt')]],
    ['ends before it begins', [stop]],
    ['begins twice', [begin, begin]],
    ['begins with nothing', [{ type: 'message_start' }]],
    ['has a block of nothing', [begin, { type: 'content_block_start', index: 0 }]],
    ['has a delta of nothing', [begin, open(0, { type: 'text' }), { type: 'content_block_delta', index: 0 }]],
    ['mixes its blocks', [begin, open(0, { type: 'tool_use', id: 't', name: 'a' }), text(1, 'secret prompt')]],
    ['calls a tool without a name', [begin, open(0, { type: 'tool_use', id: 't' })]],
    ['has arguments for no tool', [begin, delta(0, { type: 'input_json_delta', partial_json: 'secret prompt' })]],
  ])('one that %s is an upstream error that quotes nothing', (_name, data) => {
    const { error } = feed(...data)
    expect(error?.code).toBe('upstream_error')
    expect(error?.message).not.toContain('secret')
  })

  test.each([
    ['overloaded_error', 'overloaded'],
    ['rate_limit_error', 'rate_limit_exceeded'],
    ['authentication_error', 'upstream_auth_failed'],
    ['invalid_request_error', 'invalid_request'],
    ['timeout_error', 'upstream_timeout'],
    ['api_error', 'upstream_error'],
    ['something_new', 'upstream_error'],
  ])('%s in the stream is %s', (type, code) => {
    expect(feed(begin, { type: 'error', error: { type, message: 'x' } }).error?.code).toBe(code)
    expect(feed(begin, { error: { type, message: 'x' } }).error?.code).toBe(code)
  })

  test('an error event that cannot be read is an error all the same', () => {
    expect(play([Buffer.from('event: error\ndata: <html>\n\n')]).error?.code).toBe('upstream_error')
    expect(play([Buffer.from('event: error\ndata: {}\n\n')]).error?.code).toBe('upstream_error')
  })

  test('no sequence of events makes anything but events or a GatewayError', () => {
    const value = fc.oneof(fc.constant(undefined), fc.jsonValue())
    const event = fc.record(
      {
        type: fc.constantFrom(
          'message_start',
          'content_block_start',
          'content_block_delta',
          'content_block_stop',
          'message_delta',
          'message_stop',
          'error',
          'ping',
        ),
        index: fc.constantFrom(0, 1, 2, '0', null),
        message: fc.oneof(fc.constant(begin.message), value),
        content_block: fc.oneof(
          fc.record({
            type: fc.constantFrom('text', 'thinking', 'tool_use', 'x'),
            name: value,
            id: value,
            text: value,
            input: value,
          }),
          value,
        ),
        delta: fc.oneof(
          fc.record({
            type: fc.constantFrom('text_delta', 'thinking_delta', 'input_json_delta', 'signature_delta'),
            text: value,
            partial_json: value,
            stop_reason: value,
          }),
          value,
        ),
        usage: value,
        error: value,
      },
      { requiredKeys: ['type'] },
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const outcome = feed(begin, ...events)
        const finishes = ofType(outcome, 'finish').length
        expect(finishes).toBe(outcome.error === undefined ? 1 : finishes)
        expect(finishes).toBeLessThanOrEqual(1)
        const starts = outcome.events.flatMap((one) => (one.type === 'tool-start' ? [one.index] : []))
        expect(starts).toEqual(starts.map((_index, at) => at))
        const collector = createAnswerCollector('anthropic')
        for (const one of outcome.events) collector.push(one)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the scan of plain deltas', () => {
  const prefix = deltaPrefix(0, 'text')
  const written = (value: string) => JSON.stringify(text(0, value))

  test('reads what needs no unescaping, with and without padding', () => {
    expect(scanDelta(written('Grüße, 世界 🙂'), prefix)).toBe('Grüße, 世界 🙂')
    expect(scanDelta(`${written('x').slice(0, -1)}     }`, prefix)).toBe('x')
    expect(scanDelta(written(''), prefix)).toBe('')
  })

  test.each([
    ['an escape', written('a\nb')],
    ['an escaped quote', written('a"}}')],
    ['a raw control character', written('a?b').replace('?', '\t')],
    ['another block', JSON.stringify(text(1, 'x'))],
    ['another field behind the text', written('x').replace('"}}', '","more":1}}')],
    ['another field behind the delta', written('x').replace('"}}', '"},"more":1}')],
    ['text behind the event', `${written('x')}x`],
    ['a cut event', written('x').slice(0, -1)],
    ['a cut text', written('x').slice(0, -3)],
  ])('leaves %s to the parser', (_name, data) => {
    expect(scanDelta(data, prefix)).toBeUndefined()
  })

  test('leaves an index it cannot write to the parser', () => {
    expect([-1, 1.5, '0', null, undefined].map((index) => deltaPrefix(index, 'text'))).toEqual(['', '', '', '', ''])
  })

  test('gives what the parser gives, for any text and any damage', () => {
    const damage = fc.tuple(fc.nat(200), fc.string({ unit: 'binary', maxLength: 3 }))
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.option(damage), (value, change) => {
        let data = written(value)
        if (change !== null) {
          const at = change[0] % data.length
          data = data.slice(0, at) + change[1] + data.slice(at + 1)
        }
        const scanned = scanDelta(data, prefix)
        if (scanned !== undefined) expect(JSON.parse(data)).toEqual(text(0, scanned))
      }),
      { numRuns: 5000 },
    )
  })
})
