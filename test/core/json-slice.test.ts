import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { elementSpans, type JsonSpan, memberSpan, spanOfJson } from '../../src/core/json-slice.js'

const read = (text: string, span: JsonSpan | undefined) => span && text.slice(span.start, span.end)

test('a member is found with its bytes as they were written', () => {
  const text = ' { "a" : "}" , "b":[ 1.0 , {"c":"]"} ] ,"d":12345678901234567890 } '
  const whole = spanOfJson(text)
  expect(read(text, memberSpan(text, whole, 'a'))).toBe('"}"')
  expect(read(text, memberSpan(text, whole, 'b'))).toBe('[ 1.0 , {"c":"]"} ]')
  expect(read(text, memberSpan(text, whole, 'd'))).toBe('12345678901234567890')
  expect(memberSpan(text, whole, 'c')).toBeUndefined()
})

test('the last of duplicate members counts, as in JSON.parse', () => {
  const text = '{"a":1,"\\u0061":2}'
  expect(read(text, memberSpan(text, spanOfJson(text), 'a'))).toBe('2')
})

test('a value of another kind has no members and no elements', () => {
  expect(memberSpan('[1]', spanOfJson('[1]'), 'a')).toBeUndefined()
  expect(elementSpans('{"a":1}', spanOfJson('{"a":1}'))).toEqual([])
})

describe('for any JSON', () => {
  const spaced = fc.tuple(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t', '\n ')).map(([value, space]) => ({
    value,
    text: JSON.stringify(value, null, space),
  }))

  test('the spans of an array are its elements', () => {
    fc.assert(
      fc.property(fc.array(spaced), (items) => {
        const text = `[ ${items.map((item) => item.text).join(' ,\n')} ]`
        const found = elementSpans(text, spanOfJson(text)).map((span) => read(text, span))
        expect(found).toEqual(items.map((item) => item.text))
      }),
    )
  })

  test('the span of a member is its value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), spaced), (members) => {
        const entries = Object.entries(members)
        const text = `{${entries.map(([name, { text }]) => `${JSON.stringify(name)}: ${text}`).join(', ')}}`
        for (const [name, member] of entries) {
          expect(read(text, memberSpan(text, spanOfJson(text), name))).toBe(member.text)
        }
      }),
    )
  })
})
