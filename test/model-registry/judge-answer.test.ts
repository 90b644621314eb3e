import { expect, test } from 'vitest'
import { judgeAnswer, type Verdict } from '../../src/model-registry/judge-answer.js'

const RESTART: Verdict = { kind: 'restart' }

function judge(status: number, headers: Record<string, string>, offset: number): Verdict {
  return judgeAnswer({ status, header: (name) => headers[name] }, { offset, bytes: 1000 })
}

test.each<[string, number, Record<string, string>, Verdict]>([
  ['the rest', 206, { 'content-range': 'bytes 400-999/1000' }, { kind: 'take', at: 400 }],
  ['the rest of a size that is not told', 206, { 'content-range': 'bytes 400-999/*' }, { kind: 'take', at: 400 }],
  ['another range than was asked for', 206, { 'content-range': 'bytes 300-999/1000' }, RESTART],
  ['a range that is not named', 206, {}, RESTART],
  ['a range of the packed file', 206, { 'content-range': 'bytes 400-999/1000', 'content-encoding': 'gzip' }, RESTART],
  ['no such range', 416, {}, RESTART],
  ['the whole file', 200, { 'content-length': '1000' }, { kind: 'take', at: 0 }],
  ['the whole file in chunks', 200, {}, { kind: 'take', at: 0 }],
  [
    'the whole file, not packed',
    200,
    { 'content-length': '1000', 'content-encoding': 'identity' },
    { kind: 'take', at: 0 },
  ],
  [
    'a file of HTML that has the right size',
    200,
    { 'content-length': '1000', 'content-type': 'text/html' },
    { kind: 'take', at: 0 },
  ],
  ['too much at once', 429, { 'retry-after': '7' }, { kind: 'later', reason: 'it answered 429', afterMs: 7000 }],
  [
    'trouble until a date',
    503,
    { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' },
    { kind: 'later', reason: 'it answered 503', afterMs: null },
  ],
])('with 400 of 1000 bytes there, %s is judged', (_, status, headers, verdict) => {
  expect(judge(status, headers, 400)).toEqual(verdict)
})

test.each<[string, number, Record<string, string>, RegExp]>([
  [
    'the rest of a longer file',
    206,
    { 'content-range': 'bytes 400-1999/2000' },
    /expected 1,000 bytes, .* 2,000 bytes/,
  ],
  ['a shorter file', 200, { 'content-length': '900' }, /expected 1,000 bytes, the server offers 900 bytes/],
  ['a packed file', 200, { 'content-length': '500', 'content-encoding': 'gzip' }, /came encoded \(gzip\)/],
  [
    'a packed file of the right size',
    200,
    { 'content-length': '1000', 'content-encoding': 'br' },
    /came encoded \(br\)/,
  ],
  ['nothing', 204, {}, /it answered 204/],
  ['not modified', 304, {}, /it answered 304/],
])('with 400 of 1000 bytes there, %s ends the pull', (_, status, headers, reason) => {
  expect(judge(status, headers, 400)).toMatchObject({ kind: 'never', reason: expect.stringMatching(reason) })
})

test('a range that nobody asked for is not taken', () => {
  expect(judge(206, { 'content-range': 'bytes 0-999/1000' }, 0)).toMatchObject({ kind: 'never' })
})
