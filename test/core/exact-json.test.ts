import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactJson } from '../../src/core/exact-json.js'

const exact = (source: string) => exactJson(JSON.parse(source), () => source)

describe('numbers', () => {
  test.each([
    ['an integer beyond 2^53', '{ "id": 12345678901234567890 }', '{"id":12345678901234567890}'],
    ['a number beyond any double', '{"x":\t1e400}', '{"x":1e400}'],
    ['a number that ends in zero', '[1.10,\n2]', '[1.10,2]'],
    ['minus zero', '[ -0 ]', '[-0]'],
    ['a large number among others', '[1, "2 3", 1e3]', '[1,"2 3",1e3]'],
  ])('that JavaScript would change keep their text: %s', (_name, source, expected) => {
    expect(exact(source)).toBe(expected)
  })

  test.each([
    ['plain numbers', '{ "a": 1, "b": -2.5 }', '{"a":1,"b":-2.5}'],
    ['numbers in texts', '{ "a": "1.10 \\" 1e400" }', '{"a":"1.10 \\" 1e400"}'],
    ['null', '[ null ]', '[null]'],
  ])('that survive change nothing: %s', (_name, source, expected) => {
    expect(exact(source)).toBe(expected)
  })
})

test('without numbers the source is not even looked for', () => {
  const never = (): string => {
    throw new Error('was asked')
  }
  expect(exactJson({ a: 'b', c: [true, {}] }, never)).toBe('{"a":"b","c":[true,{}]}')
  expect(() => exactJson({ a: 1 }, never)).toThrow('was asked')
})

test('half a surrogate pair is written as an escape, and whole pairs stay', () => {
  expect(exact('["\ud83d", "\ud83d\ude00"]')).toBe('["\\ud83d","\ud83d\ude00"]')
  expect(exact('["\ud83d", "\ud83d\ude00", 1.0]')).toBe('["\\ud83d","\ud83d\ude00",1.0]')
})

test.each([1001, 1_000_000])('JSON of depth %i is refused, with numbers and without', (depth) => {
  const nested = (inner: string) => '['.repeat(depth) + inner + ']'.repeat(depth)
  expect(exact(nested(''))).toBeUndefined()
  expect(exact(nested('1.0'))).toBeUndefined()
})

test('JSON of depth 1000 is not', () => {
  const source = '['.repeat(1000) + ']'.repeat(1000)
  expect(exact(source)).toBe(source)
})

test('the text always means what the source meant', () => {
  fc.assert(
    fc.property(fc.json(), (source) => {
      expect(JSON.parse(exact(source) ?? '')).toEqual(JSON.parse(source))
    }),
  )
})
