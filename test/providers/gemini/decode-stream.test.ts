import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAnswerCollector } from '../../../src/core/answer-collector.js'
import { GatewayError } from '../../../src/core/errors.js'
import type { StreamEvent } from '../../../src/core/stream-event.js'
import { geminiProvider } from '../../../src/providers/gemini/adapter.js'
import { everyCut } from '../../support/every-cut.js'
import { wireBytes } from '../../support/wire-fixture.js'
import { DECODE_CONTEXT, eventsOfChunks, eventsOfValues } from './fixture.js'

const start: StreamEvent = { type: 'start', id: 'FxGm01', model: 'gemini-3.8-flash' }
const says = (text: string): StreamEvent => ({ type: 'text-delta', choice: 0, text })
const ends = (reason: Extract<StreamEvent, { type: 'finish' }>['reason'], choice = 0): StreamEvent => ({
  type: 'finish',
  choice,
  reason,
})
const contentOf = (events: readonly StreamEvent[]) =>
  events.filter((event) => event.type !== 'start' && event.type !== 'usage')

function call(index: number, id: string, name: string, args: string, signature?: string): readonly StreamEvent[] {
  return [
    { type: 'tool-start', choice: 0, index, id, name, ...(signature !== undefined && { signature }) },
    { type: 'tool-delta', choice: 0, index, arguments: args },
    { type: 'tool-end', choice: 0, index },
  ]
}

/** What a broken stream threw, and the events before. */
function broken(run: (seen: StreamEvent[]) => unknown): { error: GatewayError; seen: readonly StreamEvent[] } {
  const seen: StreamEvent[] = []
  try {
    run(seen)
  } catch (error) {
    if (error instanceof GatewayError) return { error, seen }
    throw error
  }
  throw new Error('the stream was expected to break')
}

const chunkOf = (parts: readonly unknown[], more: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, ...more }],
  responseId: 'FxGm01',
  modelVersion: 'gemini-3.8-flash',
})
const STOP = { finishReason: 'STOP' }

describe('the wire fixtures', () => {
  const STREAMS: readonly [string, readonly StreamEvent[]][] = [
    [
      'gemini-stream-text.sse',
      [
        start,
        { type: 'usage', usage: { inputTokens: 14, outputTokens: 21, reasoningTokens: 20 } },
        says('Lis'),
        { type: 'usage', usage: { inputTokens: 14, outputTokens: 25, reasoningTokens: 20 } },
        says('bon is sunny'),
        { type: 'usage', usage: { inputTokens: 14, outputTokens: 31, reasoningTokens: 20 } },
        says(' – 24 °C.'),
        ends('stop'),
      ],
    ],
    [
      'gemini-stream-parallel-tools.sse',
      [
        start,
        ...call(0, 'fc-1', 'get_weather', '{"city":"Oslo"}', 'CsIBsig1=='),
        ...call(1, 'fc-2', 'get_time', '{"zone":"Europe/Oslo"}'),
        { type: 'usage', usage: { inputTokens: 150, outputTokens: 92, reasoningTokens: 64 } },
        ends('tool-calls'),
      ],
    ],
    [
      'gemini-stream-thinking.sse',
      [
        start,
        { type: 'usage', usage: { inputTokens: 22, outputTokens: 60, reasoningTokens: 60 } },
        { type: 'reasoning-delta', choice: 0, text: '**Comparing numbers**\n\nLooking at both.' },
        { type: 'usage', usage: { inputTokens: 22, outputTokens: 94, reasoningTokens: 88 } },
        { type: 'reasoning-end', choice: 0, signature: undefined },
        says('9.9 is larger.'),
        { type: 'usage', usage: { inputTokens: 22, outputTokens: 94, reasoningTokens: 88 } },
        { type: 'reasoning-end', choice: 0, signature: 'CsIBsig2==' },
        ends('stop'),
      ],
    ],
    [
      'gemini-stream-blocked.sse',
      [
        { type: 'start', id: 'FxGm09', model: 'gemini-3.8-flash' },
        { type: 'usage', usage: { inputTokens: 12, outputTokens: 0 } },
        ends('content-filter'),
      ],
    ],
  ]

  test.each(STREAMS)('%s decodes to its events wherever the network cuts', (name, expected) => {
    for (const chunks of everyCut(wireBytes(name))) expect(eventsOfChunks(chunks)).toEqual(expected)
  })

  const BROKEN: readonly [string, string, readonly StreamEvent[]][] = [
    ['gemini-stream-midstream-error.sse', 'overloaded', [says('Partial ')]],
    ['gemini-stream-no-finish.sse', 'stream_truncated', [says('Complete chunks but no finish reason')]],
    // The event that is cut is not JSON; whoever reads the connection knows that it ended there.
    ['gemini-stream-truncated.sse', 'upstream_error', [says('This sentence is cut')]],
  ]

  test.each(BROKEN)('%s breaks with %s wherever the network cuts', (name, code, expected) => {
    for (const chunks of everyCut(wireBytes(name))) {
      const { error, seen } = broken((events) => eventsOfChunks(chunks, events))
      expect(error.code).toBe(code)
      expect(contentOf(seen)).toEqual(expected)
    }
  })
})

describe('the finish', () => {
  test.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['CONTINUATION', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['BLOCKLIST', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['LANGUAGE', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
    ['IMAGE_RECITATION', 'content-filter'],
    ['OTHER', 'stop'],
    ['NO_IMAGE', 'stop'],
    ['SOMETHING_NEW', 'stop'],
  ] as const)('%s becomes %s', (finishReason, reason) => {
    expect(eventsOfValues(chunkOf([{ text: 'a' }], { finishReason })).at(-1)).toEqual(ends(reason))
  })

  test.each([
    ['STOP', 'tool-calls'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['OTHER', 'stop'],
    ['MALFORMED_FUNCTION_CALL', 'stop'],
  ] as const)('%s behind a call becomes %s', (finishReason, reason) => {
    const events = eventsOfValues(chunkOf([{ functionCall: { name: 'f' } }]), chunkOf([{ text: '' }], { finishReason }))
    expect(events.at(-1)).toEqual(ends(reason))
  })

  test('waits for the end, because chunks may trail behind the reason', () => {
    const events = eventsOfValues(chunkOf([{ text: 'a' }], STOP), chunkOf([{ text: 'b' }]), {
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2 },
    })
    expect(events.slice(1)).toEqual([
      says('a'),
      says('b'),
      { type: 'usage', usage: { inputTokens: 1, outputTokens: 2 } },
      ends('stop'),
    ])
  })

  test('comes once for each candidate, with tool indexes of its own', () => {
    const events = eventsOfValues(
      {
        candidates: [
          { index: 1, content: { parts: [{ functionCall: { name: 'g' } }] } },
          { content: { parts: [{ text: 'a' }, { functionCall: { name: 'f' } }] } },
        ].reverse(),
      },
      { candidates: [{ index: 1, finishReason: 'STOP' }] },
      { candidates: [{ finishReason: 'MAX_TOKENS' }] },
    )
    expect(events.filter((event) => event.type === 'tool-start')).toEqual([
      { type: 'tool-start', choice: 0, index: 0, id: 'call_made_0', name: 'f' },
      { type: 'tool-start', choice: 1, index: 0, id: 'call_made_1', name: 'g' },
    ])
    expect(events.filter((event) => event.type === 'finish')).toEqual([ends('length'), ends('tool-calls', 1)])
  })

  test.each([
    ['MALFORMED_FUNCTION_CALL'],
    ['UNEXPECTED_TOOL_CALL'],
    ['TOO_MANY_TOOL_CALLS'],
    ['MALFORMED_RESPONSE'],
    ['MISSING_THOUGHT_SIGNATURE'],
  ])('%s without anything useful is an error, and behind text an end', (finishReason) => {
    const failed = { candidates: [{ finishReason, finishMessage: 'Malformed: secret(' }] }
    const { error } = broken(() => eventsOfValues(chunkOf([{ text: 'hm', thought: true }]), failed))
    expect(error).toMatchObject({ code: 'upstream_error', message: 'The model failed to write a valid answer.' })
    expect(eventsOfValues(chunkOf([{ text: 'a' }]), failed).at(-1)).toEqual(ends('stop'))
  })

  test('a candidate without content finishes', () => {
    for (const content of [undefined, { role: 'model' }, { parts: [] }, null]) {
      expect(contentOf(eventsOfValues({ candidates: [{ content, finishReason: 'MAX_TOKENS' }] }))).toEqual([
        ends('length'),
      ])
    }
  })

  test('a prompt blocked halfway filters what was open', () => {
    const events = eventsOfValues(chunkOf([{ text: 'a' }]), { promptFeedback: { blockReason: 'OTHER' } })
    expect(contentOf(events)).toEqual([says('a'), ends('content-filter')])
  })
})

describe('tool calls', () => {
  const argsOf = (events: readonly StreamEvent[]) =>
    events.flatMap((event) => (event.type === 'tool-delta' ? [event.arguments] : []))

  test('absent arguments are the empty object, a missing id is made', () => {
    const events = eventsOfValues(
      chunkOf([{ functionCall: { name: 'a' } }, { functionCall: { id: '', name: 'b', args: null } }], STOP),
    )
    expect(contentOf(events)).toEqual([
      ...call(0, 'call_made_0', 'a', '{}'),
      ...call(1, 'call_made_1', 'b', '{}'),
      ends('tool-calls'),
    ])
  })

  test('numbers keep every digit', () => {
    const args = '{ "id" : 9007199254740993, "list": [1.10, -0, 1e400], "text" : "a  b \\"1.0\\" \\u00e9" }'
    const body = `{"candidates":[{"content":{"parts":[{"text":"[]{}"},{"functionCall":{"args":${args},"name":"f"}}]},"finishReason":"STOP"}]}`
    const expected = '{"id":9007199254740993,"list":[1.10,-0,1e400],"text":"a  b \\"1.0\\" \\u00e9"}'
    expect(argsOf(eventsOfChunks([Buffer.from(`data: ${body}\n\n`)]))).toEqual([expected])
    expect(argsOf(eventsOfChunks([Buffer.from(`data: [{}, ${body}]\n\n`)]))).toEqual([expected])
    expect(geminiProvider.decodeResponse(body, DECODE_CONTEXT).choices[0]?.parts[1]).toMatchObject({
      arguments: expected,
    })
  })

  test('other arguments look as JSON.stringify writes them, however Google escaped them', () => {
    const body = chunkOf([{ functionCall: { name: 'f', args: { html: '<b>', at: 1.5, n: [0, -3, 1e21] } } }], STOP)
    const wire = JSON.stringify(body, undefined, 2).replace('<', '\\u003c')
    expect(geminiProvider.decodeResponse(wire, DECODE_CONTEXT).choices[0]?.parts[0]).toMatchObject({
      arguments: '{"html":"<b>","at":1.5,"n":[0,-3,1e+21]}',
    })
  })

  test('nesting without bound is an upstream error, not a crash', () => {
    const deep = `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`
    const body = `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":${deep}}}]}}]}`
    const { error } = broken(() => eventsOfChunks([Buffer.from(`data: ${body}\n\n`)]))
    expect(error.code).toBe('upstream_error')
  })

  test.each([[''], [`data: ${JSON.stringify(chunkOf([{ text: 'Partial' }]))}\r\n\r\n`]])(
    'an error that is no event is the error it says, also behind content: %#',
    (before) => {
      const error = { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' }
      const bytes = Buffer.from(`${before}${JSON.stringify({ error }, null, 2)}\n`)
      expect(broken(() => eventsOfChunks([bytes])).error).toMatchObject({ code: 'overloaded', upstreamStatus: 503 })
    },
  )

  test('a call without a name is an upstream error', () => {
    expect(broken(() => eventsOfValues(chunkOf([{ functionCall: { args: {} } }]))).error.code).toBe('upstream_error')
  })
})

describe('thoughts', () => {
  test('a block ends before other content, with the signature that came with it', () => {
    const events = eventsOfValues(
      chunkOf([{ text: 'a', thought: true }]),
      chunkOf([{ text: 'b', thought: true, thoughtSignature: 'c2ln' }]),
      chunkOf(
        [
          { text: 'c', thought: true },
          { functionCall: { name: 'f' }, thoughtSignature: 'Y2FsbA==' },
        ],
        STOP,
      ),
    )
    expect(contentOf(events)).toEqual([
      { type: 'reasoning-delta', choice: 0, text: 'a' },
      { type: 'reasoning-delta', choice: 0, text: 'b' },
      { type: 'reasoning-end', choice: 0, signature: 'c2ln' },
      { type: 'reasoning-delta', choice: 0, text: 'c' },
      { type: 'reasoning-end', choice: 0, signature: undefined },
      ...call(0, 'call_made_0', 'f', '{}', 'Y2FsbA=='),
      ends('tool-calls'),
    ])
  })

  test('a signature on an empty text part closes the open block', () => {
    const events = eventsOfValues(
      chunkOf([{ text: 'a', thought: true }]),
      chunkOf([{ text: '', thoughtSignature: 'c2ln' }], STOP),
    )
    expect(contentOf(events)).toEqual([
      { type: 'reasoning-delta', choice: 0, text: 'a' },
      { type: 'reasoning-end', choice: 0, signature: 'c2ln' },
      ends('stop'),
    ])
  })

  test('a block that is still open is closed at the end', () => {
    expect(contentOf(eventsOfValues(chunkOf([{ text: 'a', thought: true }], STOP)))).toEqual([
      { type: 'reasoning-delta', choice: 0, text: 'a' },
      { type: 'reasoning-end', choice: 0, signature: undefined },
      ends('stop'),
    ])
  })
})

describe('usage', () => {
  const usages = (...metadata: readonly unknown[]) =>
    eventsOfValues(...metadata.map((usageMetadata) => ({ ...chunkOf([{ text: 'a' }], STOP), usageMetadata })))
      .filter((event) => event.type === 'usage')
      .map((event) => event.usage)

  test('adds thoughts to the output and prompts of tools to the input', () => {
    expect(
      usages({
        promptTokenCount: 2062,
        toolUsePromptTokenCount: 8,
        cachedContentTokenCount: 2048,
        candidatesTokenCount: 8,
        thoughtsTokenCount: 31,
        totalTokenCount: 2109,
      }),
    ).toEqual([{ inputTokens: 2070, outputTokens: 39, cachedTokens: 2048, reasoningTokens: 31 }])
  })

  test('a chunk that only names its traffic type says nothing', () => {
    expect(usages({ promptTokenCount: 5, candidatesTokenCount: 1 }, { trafficType: 'ON_DEMAND' }, null, 7)).toEqual([
      { inputTokens: 5, outputTokens: 1 },
    ])
  })

  test('counts that are no numbers do not count', () => {
    expect(usages({ promptTokenCount: 5, candidatesTokenCount: '3', thoughtsTokenCount: -1 })).toEqual([
      { inputTokens: 5, outputTokens: 0 },
    ])
  })
})

describe('log probabilities', () => {
  const result = {
    chosenCandidates: [{ token: 'ü', tokenId: 7, logProbability: -0.5 }, { token: 'b' }],
    topCandidates: [
      {
        candidates: [
          { token: 'ü', logProbability: -0.5 },
          { token: 'x', logProbability: -2 },
        ],
      },
    ],
  }
  const logprobs = {
    content: [
      {
        token: 'ü',
        logprob: -0.5,
        bytes: [195, 188],
        top_logprobs: [
          { token: 'ü', logprob: -0.5, bytes: [195, 188] },
          { token: 'x', logprob: -2, bytes: [120] },
        ],
      },
      { token: 'b', logprob: 0, bytes: [98], top_logprobs: [] },
    ],
    refusal: null,
  }

  test('come with the text of their chunk in the shape OpenAI clients know', () => {
    const events = eventsOfValues(chunkOf([{ text: 'üb' }], { ...STOP, logprobsResult: result }))
    expect(contentOf(events)).toEqual([{ ...says('üb'), logprobs }, ends('stop')])
  })

  test('come with an empty text when their chunk has none', () => {
    const events = eventsOfValues(chunkOf([{ text: 'üb' }]), chunkOf([], { ...STOP, logprobsResult: result }))
    expect(contentOf(events)).toEqual([says('üb'), { ...says(''), logprobs }, ends('stop')])
  })
})

test('log probabilities of thoughts are not those of the answer', () => {
  const logprobsResult = { chosenCandidates: [{ token: 'hm', logProbability: -1 }] }
  const events = eventsOfValues(chunkOf([{ text: 'hm', thought: true }], { logprobsResult }), chunkOf([], STOP))
  expect(contentOf(events).map((event) => event.type)).toEqual(['reasoning-delta', 'reasoning-end', 'finish'])
})

describe('broken streams', () => {
  test.each([
    ['an error object', '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"x"}}', 'rate_limit_exceeded'],
    ['an error in an array', '[{"error":{"code":500,"status":"INTERNAL"}}]', 'upstream_error'],
    ['an error without any detail', '{"error":{}}', 'upstream_error'],
    ['an error that is a text', '{"error":"boom"}', 'upstream_error'],
    [
      'a refused key',
      '{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"API key not valid."}}',
      'upstream_auth_failed',
    ],
    ['garbage', 'secret prompt {', 'upstream_error'],
    ['a number', '17', 'upstream_error'],
    ['null', 'null', 'upstream_error'],
    ['an array of other things', '["secret"]', 'upstream_error'],
    ['a candidate index that is none', '{"candidates":[{"index":-1}]}', 'upstream_error'],
    ['a candidate index beyond all bounds', '{"candidates":[{"index":4294967296}]}', 'upstream_error'],
  ])('%s is thrown as ours', (_name, data, code) => {
    const { error } = broken(() => eventsOfChunks([Buffer.from(`data: ${data}\n\n`)]))
    expect(error.code).toBe(code)
    expect(error.message).not.toContain('secret')
  })

  test.each([
    ['nothing at all', []],
    ['only usage', [{ usageMetadata: { promptTokenCount: 3 } }]],
    ['no candidates', [{ candidates: [] }]],
    ['a block reason that says nothing', [{ promptFeedback: { blockReason: 'BLOCK_REASON_UNSPECIFIED' } }]],
    ['text without a reason', [chunkOf([{ text: 'a' }], { finishReason: 'FINISH_REASON_UNSPECIFIED' })]],
  ])('%s is a truncated stream', (_name, values) => {
    expect(broken(() => eventsOfValues(...values)).error.code).toBe('stream_truncated')
  })

  test('an answer of nothing but an image is an error, not an empty answer', () => {
    const image = { inlineData: { mimeType: 'image/png', data: 'AA==' } }
    expect(broken(() => eventsOfValues(chunkOf([image], STOP))).error.code).toBe('upstream_error')
    expect(eventsOfValues(chunkOf([image, { text: 'a' }], STOP)).at(-1)).toEqual(ends('stop'))
  })

  test('odd shapes are passed over', () => {
    const odd = { candidates: [null, 7, { content: { parts: [null, 'x', { text: 7 }, {}] } }, 'y'] }
    expect(contentOf(eventsOfValues(odd, { candidates: [{ index: 2, finishReason: 'MAX_TOKENS' }] }))).toEqual([
      ends('length', 2),
    ])
  })

  test('a terminator of imitators changes nothing', () => {
    const bytes = Buffer.concat([wireBytes('gemini-stream-text.sse'), Buffer.from('data: [DONE]\n\n')])
    expect(eventsOfChunks([bytes])).toEqual(eventsOfChunks([wireBytes('gemini-stream-text.sse')]))
  })
})

describe('laws', () => {
  test('collecting a stream gives what the same answer decodes to in one piece', () => {
    for (const name of ['text', 'parallel-tools', 'thinking', 'blocked']) {
      const bytes = wireBytes(`gemini-stream-${name}.sse`)
      const collector = createAnswerCollector('gemini')
      for (const event of eventsOfChunks([bytes])) collector.push(event)
      const array = `[${[...bytes.toString().matchAll(/^data: (.*)$/gm)].map((match) => match[1]).join(',')}]`
      expect(geminiProvider.decodeResponse(array, DECODE_CONTEXT)).toEqual(collector.response())
    }
  })

  test('any JSON gives well-ordered events or an error of ours', () => {
    const word = fc.constantFrom('STOP', 'MAX_TOKENS', 'a', '', 'MALFORMED_RESPONSE')
    const leaf = fc.oneof(word, fc.constant(null), fc.integer(), fc.boolean())
    const part = fc.record(
      {
        text: leaf,
        thought: fc.boolean(),
        thoughtSignature: leaf,
        functionCall: fc.oneof(leaf, fc.record({ name: word, id: leaf, args: fc.jsonValue() })),
      },
      { requiredKeys: [] },
    )
    const candidate = fc.record(
      {
        index: fc.oneof(fc.constantFrom(0, 1, 2), leaf),
        content: fc.oneof(leaf, fc.record({ parts: fc.oneof(leaf, fc.array(fc.oneof(part, leaf))) })),
        finishReason: leaf,
        logprobsResult: fc.oneof(fc.jsonValue(), fc.record({ chosenCandidates: fc.jsonValue() })),
      },
      { requiredKeys: [] },
    )
    const chunk = fc.record(
      {
        candidates: fc.oneof(leaf, fc.array(fc.oneof(candidate, leaf))),
        promptFeedback: fc.oneof(leaf, fc.record({ blockReason: leaf })),
        usageMetadata: fc.jsonValue(),
        responseId: leaf,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 1, maxLength: 4 }), (chunks) => {
        const seen: StreamEvent[] = []
        const events = chunks.map((one) => Buffer.from(`data: ${JSON.stringify(one)}\n\n`))
        try {
          eventsOfChunks(events, seen)
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError)
          return
        }
        expectOrder(seen)
      }),
      { numRuns: 2000 },
    )
  })
})

/** One start, one finish a choice and nothing behind it, thoughts closed, tool indexes dense, arguments valid JSON. */
function expectOrder(events: readonly StreamEvent[]): void {
  expect(events.map((event) => event.type).lastIndexOf('start')).toBe(0)
  const inChoices = events.filter((event) => 'choice' in event)
  const choices = new Set(inChoices.map((event) => event.choice))
  expect(choices.size).toBeGreaterThan(0)
  for (const choice of choices) {
    const own = inChoices.filter((event) => event.choice === choice)
    expect(own.findIndex((event) => event.type === 'finish')).toBe(own.length - 1)
    let thinking = false
    let tools = 0
    for (const event of own) {
      if (event.type === 'tool-start') expect(event.index).toBe(tools++)
      if (event.type === 'tool-delta') expect(() => JSON.parse(event.arguments)).not.toThrow()
      if (event.type === 'reasoning-delta') thinking = true
      else if (event.type === 'reasoning-end') thinking = false
      else expect(thinking).toBe(false)
    }
  }
}
