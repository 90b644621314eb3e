import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StreamEvent } from '../../../src/core/stream-event.js'
import { createChunkDecoder } from '../../../src/providers/openai/chunk-decoder.js'
import { createStreamDecoder } from '../../../src/providers/openai/decode-stream.js'
import { createPlainChunkReader } from '../../../src/providers/openai/plain-chunk.js'

const context = {
  model: { id: 'm', provider: 'p', upstreamName: 'm', listed: true },
  createToolCallId: (n: number) => `made_${n}`,
}
const NASTY = [
  '"',
  '\\',
  '\\"',
  '"}',
  '\n',
  '\u2028',
  '\u0000',
  '😀',
  '\ud83d',
  '"content":"',
  '},"finish_reason":null}]',
  '',
]
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(...NASTY),
  fc.array(fc.constantFrom(...NASTY)).map((all) => all.join('')),
)

/** Servers differ in what they put around the text, and in their spaces. */
const frame = fc.record({
  before: fc.constantFrom('', ' '),
  id: fc.constantFrom('a', 'b'),
  index: fc.constantFrom(0, 1),
  field: fc.constantFrom('content', 'reasoning_content', 'reasoning'),
  role: fc.boolean(),
  padding: fc.option(fc.string({ unit: fc.constantFrom('a', 'Z', '9'), maxLength: 5 }), { nil: undefined }),
  tail: fc.constantFrom('', ',"usage":null', ',"usage": {"prompt_tokens":1}', ',"content":"x"', ',"error":null'),
  finish: fc.constantFrom('null', 'null', 'null', '"stop"'),
  escaped: fc.boolean(),
})

function write(value: string, shape: typeof frame extends fc.Arbitrary<infer T> ? T : never): string {
  const { before, id, index, field, role, padding, tail, finish, escaped } = shape
  const literal = JSON.stringify(value)
  const written = escaped ? literal.replace(/[a-z]/, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : literal
  const hidden = padding === undefined ? '' : `,"obfuscation":${before}"${padding}"`
  const roleText = role ? '"role":"assistant",' : ''
  return `{"id":"${id}","choices":[{"index":${index},"delta":{${roleText}"${field}":${before}${written}},"finish_reason":${finish}}]${tail}${hidden}}`
}

/** The same without the shortcut. */
function createPlainDecoder() {
  const decoder = createChunkDecoder(context)
  return (data: string): readonly StreamEvent[] => {
    const out: StreamEvent[] = []
    decoder.chunk(JSON.parse(data), out)
    return out
  }
}

function attempt(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return error instanceof Error ? error.name : error
  }
}

test('reading past the parser gives what parsing gives, whatever the frames and texts', () => {
  const streams = fc
    .array(frame, { minLength: 1, maxLength: 3 })
    .chain((shapes) => fc.array(fc.tuple(fc.constantFrom(...shapes), text), { maxLength: 30 }))
  fc.assert(
    fc.property(streams, (chunks) => {
      const decoder = createStreamDecoder(context)
      const parse = createPlainDecoder()
      for (const [shape, value] of chunks) {
        const data = write(value, shape)
        const expected = attempt(() => parse(data))
        expect(attempt(() => decoder.push({ event: undefined, data }))).toEqual(expected)
        if (typeof expected === 'string') return
      }
    }),
    { numRuns: 2000 },
  )
})

test('a damaged chunk is never read', () => {
  const known = '{"id":"a","choices":[{"index":0,"delta":{"content":"Lis"},"finish_reason":null}],"obfuscation":"kZ3"}'
  fc.assert(
    fc.property(fc.nat(known.length), fc.nat(3), fc.constantFrom(...NASTY, '\t', 'x', '{', ','), (at, gone, extra) => {
      const reader = createPlainChunkReader()
      expect(reader.learn(known, JSON.parse(known), 'content')).toBe(true)
      const damaged = known.slice(0, at) + extra + known.slice(at + gone)
      const read = reader.read(damaged)
      if (read === undefined) return
      const [expected, choice] = [JSON.parse(known), JSON.parse(damaged)]
      expected.choices[0].delta.content = read
      expected.obfuscation = choice.obfuscation
      expect(choice).toEqual(expected)
    }),
    { numRuns: 5000 },
  )
})

test('a chunk of a known frame is read', () => {
  const reader = createPlainChunkReader()
  const write = (content: string, padding: string) =>
    `{"choices": [{"delta": {"content": ${JSON.stringify(content)}}}], "obfuscation": "${padding}"}`
  const first = write('a', 'x')
  expect(reader.learn(first, JSON.parse(first), 'content')).toBe(true)
  expect(['b', 'c "d"\n', '\u00e9😀'].map((content) => reader.read(write(content, 'yyy')))).toEqual([
    'b',
    'c "d"\n',
    'é😀',
  ])
  expect(reader.read(write('', 'y'))).toBeUndefined()
})

test('a field of that name elsewhere in the chunk is not taken for the text', () => {
  const reader = createPlainChunkReader()
  const chunk = '{"system":{"content":"x"},"choices":[{"delta":{"content":"a"}}]}'
  expect(reader.learn(chunk, JSON.parse(chunk), 'content')).toBe(false)
  expect(reader.read(chunk)).toBeUndefined()
})
