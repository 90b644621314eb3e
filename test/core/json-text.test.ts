import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../src/core/errors.js'
import { spliceTopLevel } from '../../src/core/json-splice.js'
import { findMistake, parseJsonText } from '../../src/core/json-text.js'

describe('malformed JSON', () => {
  test.each([
    ['{"a":x}', 5],
    ['{"a":1,}', 7],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['{"a":"b', 7],
    ['{"a":"\\q"}', 6],
    ['{"a":"\n"}', 6],
    ['{"a":01}', 6],
    ['{"a":1}x', 7],
    ['{"a":[1,2}', 9],
    ['nul', 0],
    ['{', 1],
  ])('%j is wrong at %i', (text, position) => {
    expect(() => JSON.parse(text)).toThrow()
    expect(findMistake(text)).toBe(position)
  })

  test('the error names position, line and column and never quotes the body', () => {
    const act = () => parseJsonText('{\n  "secret": oops\n}')
    expect(act).toThrow(GatewayError)
    expect(act).toThrow('position 14 (line 2, column 13)')
    expect(act).not.toThrow(/oops|secret/)
  })

  test('a hundred thousand open brackets are an error, not a crash', () => {
    expect(() => parseJsonText('['.repeat(100_000))).toThrow('ends too early')
  })

  test('the whole of a valid text is walked', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findMistake(text)).toBe(text.length)
      }),
    )
  })

  test('every text that V8 refuses has a mistake inside', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('"', '{', ']', ',', 'x', '\\', ''), (text, at, extra) => {
        const cut = at % (text.length + 1)
        const broken = text.slice(0, cut) + extra + text.slice(cut + 1)
        try {
          JSON.parse(broken)
        } catch {
          expect(findMistake(broken)).toBeLessThanOrEqual(broken.length)
          expect(() => parseJsonText(broken)).toThrow(/position|empty/)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('splicing top-level members', () => {
  test.each([
    ['a value is replaced', '{"model":"a","x":1}', { model: '"b"' }, '{"model":"b","x":1}'],
    ['white space stays', '{ "model" : "a" , "x": 1 }', { model: '"b"' }, '{ "model" : "b" , "x": 1 }'],
    ['a missing member is appended', '{"x":1}', { model: '"b"' }, '{"x":1,"model":"b"}'],
    ['also to an empty object', '{ }', { model: '"b"' }, '{"model":"b" }'],
    ['a member is removed', '{"a":1,"b":2,"c":3}', { b: undefined }, '{"a":1,"c":3}'],
    ['the first one', '{"a":1,"b":2}', { a: undefined }, '{"b":2}'],
    ['the only one', '{"a":1}', { a: undefined }, '{}'],
    [
      'inner members are not touched',
      '{"m":{"model":"a"},"model":"a"}',
      { model: '"b"' },
      '{"m":{"model":"a"},"model":"b"}',
    ],
    [
      'nor are strings that look like members',
      '{"x":"\\",\\"model\\":\\"a","model":1}',
      { model: '"b"' },
      '{"x":"\\",\\"model\\":\\"a","model":"b"}',
    ],
    ['escaped keys are the same key', '{"mod\\u0065l":"a"}', { model: '"b"' }, '{"mod\\u0065l":"b"}'],
    ['all duplicates are changed', '{"model":"a","model":"c"}', { model: '"b"' }, '{"model":"b","model":"b"}'],
    [
      'large integers survive',
      '{"seed":12345678901234567890,"model":"a"}',
      { model: '"b"' },
      '{"seed":12345678901234567890,"model":"b"}',
    ],
    ['nothing to do', '{"a":1}', {}, '{"a":1}'],
  ])('%s', (_name, raw, changes, expected) => {
    expect(spliceTopLevel(raw, changes)).toBe(expected)
  })

  test('it means the same as changing the parsed object', () => {
    const value = fc.dictionary(fc.constantFrom('a', 'b', 'model', '"', '\\', '{'), fc.jsonValue(), { maxKeys: 6 })
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), fc.boolean(), (object, indent, remove) => {
        const raw = JSON.stringify(object, null, indent)
        const { model: _model, ...rest } = object
        const expected = remove ? rest : { ...object, model: { x: [1] } }
        expect(JSON.parse(spliceTopLevel(raw, { model: remove ? undefined : '{"x":[1]}' }))).toEqual(
          JSON.parse(JSON.stringify(expected)),
        )
      }),
    )
  })
})
