import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSseParser } from '../../src/sse/sse-parser.js'
import { everyCut } from '../support/every-cut.js'

function parseAll(chunks: readonly Buffer[], keepRaw = false) {
  const parser = createSseParser({ keepRaw })
  return [...chunks.flatMap((chunk) => [...parser.push(chunk)]), ...parser.end()]
}

const messages = (text: string) =>
  parseAll([Buffer.from(text)]).map(({ event, data }) => (event === undefined ? data : { event, data }))

describe('the event stream format', () => {
  test.each([
    ['one event', 'data: a\n\n', ['a']],
    ['no space behind the colon', 'data:a\n\n', ['a']],
    ['only one space is removed', 'data:  a\n\n', [' a']],
    ['lines are joined with LF', 'data: a\ndata: b\n\n', ['a\nb']],
    ['an empty data line counts', 'data: a\ndata:\n\n', ['a\n']],
    ['a field without colon has an empty value', 'data\n\n', ['']],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['CR alone', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['mixed line ends', 'data: a\r\n\ndata: b\n\r\n', ['a', 'b']],
    ['comments are skipped', ': hello\n\n: x\ndata: a\n\n', ['a']],
    ['unknown fields are skipped', 'id: 1\nretry: 5\nfoo: bar\ndata: a\n\n', ['a']],
    ['a named event', 'event: ping\ndata: {}\n\n', [{ event: 'ping', data: '{}' }]],
    ['the name holds for one event', 'event: ping\ndata: 1\n\ndata: 2\n\n', [{ event: 'ping', data: '1' }, '2']],
    ['a name without data is no event', 'event: ping\n\ndata: 2\n\n', ['2']],
    ['a byte order mark', '\uFEFFdata: a\n\n', ['a']],
    ['the last event may lack its blank line', 'data: a\n\ndata: b', ['a', 'b']],
    ['non-ASCII text', 'data: „24 °C“ 東京 🙂\n\n', ['„24 °C“ 東京 🙂']],
    ['a colon in the value', 'data: a: b\n\n', ['a: b']],
    ['nothing', '', []],
  ])('%s', (_name, text, expected) => {
    expect(messages(text)).toEqual(expected)
  })

  const broken = JSON.stringify({ error: { code: 503, message: '東京', status: 'UNAVAILABLE' } }, null, 2)
  test.each([
    ['alone', broken, [broken]],
    ['on one line', JSON.stringify({ error: {} }), [JSON.stringify({ error: {} })]],
    ['in an array, behind an event', `data: a\n\n[${broken}]\n`, ['a', `[${broken}]`]],
    ['behind an event without its blank line', `data: a\n${broken}\n`, ['a', broken]],
    ['that is cut', broken.slice(0, -1), []],
    ['with an event behind it', `${broken}\n\ndata: a\n\n`, ['a']],
    ['of enormous size', JSON.stringify({ error: { message: 'x'.repeat(70_000) } }), []],
    ['that is none', '{"answer":{}}', []],
  ])('an error that is no event is found at the end: %s', (_name, text, expected) => {
    for (const chunks of [[Buffer.from(text)], [...Buffer.from(text)].map((byte) => Buffer.of(byte))]) {
      expect(parseAll(chunks).map(({ data }) => data)).toEqual(expected)
    }
  })

  test('an event may not grow without bound', () => {
    const parser = createSseParser({ maxEventBytes: 1000 })
    expect(() => {
      for (let i = 0; i < 100; i += 1) parser.push(Buffer.from('data: 0123456789\n'))
    }).toThrow('more than 1000 bytes')
  })

  test('comments alone may go on for ever', () => {
    const parser = createSseParser({ maxEventBytes: 1000 })
    for (let i = 0; i < 1000; i += 1) expect(parser.push(Buffer.from(': keep-alive\n\n'))).toEqual([])
    expect(parser.push(Buffer.from('data: a\n\n'))).toMatchObject([{ data: 'a' }])
  })

  test('a megabyte in one-byte pieces is one event', () => {
    const parser = createSseParser()
    const body = Buffer.from(`data: ${'x'.repeat(1_000_000)}\n\n`)
    const seen = []
    for (let i = 0; i < body.length; i += 1) seen.push(...parser.push(body.subarray(i, i + 1)))
    expect(seen.map((message) => message.data.length)).toEqual([1_000_000])
  })
})

describe('where the network cuts does not matter', () => {
  const directory = new URL('../fixtures/wire/', import.meta.url)
  const streams = readdirSync(directory).filter((name) => name.endsWith('.sse'))

  test.each(streams)('%s', (name) => {
    const body = readFileSync(new URL(name, directory))
    const whole = parseAll([body])
    expect(whole.length).toBeGreaterThan(0)
    for (const chunks of everyCut(body)) expect(parseAll(chunks)).toEqual(whole)
  })

  test('for any text and any cuts', () => {
    const piece = fc.constantFrom('data:', ' ', 'é', '🙂', 'a', '\n', '\r', '\r\n', ':', 'event: x', '\n\n', '{"b":1}')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(60), { maxLength: 6 }), (pieces, cuts) => {
        const body = Buffer.from(pieces.join(''))
        const edges = [0, ...cuts.map((cut) => Math.min(cut, body.length)).sort((a, b) => a - b), body.length]
        const chunks = edges.slice(1).map((edge, i) => body.subarray(edges[i], edge))
        expect(parseAll(chunks)).toEqual(parseAll([body]))
      }),
      { numRuns: 2000 },
    )
  })

  test('with keepRaw the raw pieces add up to the bytes that came', () => {
    for (const name of streams.filter((stream) => !stream.includes('truncated'))) {
      const body = readFileSync(new URL(name, directory))
      const raw = parseAll(
        Array.from(body, (byte) => Buffer.of(byte)),
        true,
      ).map((message) => message.raw)
      expect(Buffer.from(raw.join(''), 'latin1').subarray(0, body.length).equals(body)).toBe(true)
    }
  })
})
