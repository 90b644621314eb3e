import { describe, expect, test } from 'vitest'
import { fitsSchema, isJsonObject } from '../../src/json-schema/fits-schema.js'

const PERSON = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: ['integer', 'null'] },
    // Properties may be called like keywords.
    pattern: { type: 'number' },
    tags: { type: 'array', items: { enum: ['a', 'b'] } },
    boss: { $ref: '#/$defs/boss' },
  },
  required: ['name', 'age'],
  additionalProperties: false,
  $defs: { boss: { anyOf: [{ type: 'null' }, { $ref: '#' }] } },
}

test.each([
  ['what it asks for', '{"name":"Ada","age":36,"pattern":1,"tags":["a"],"boss":{"name":"B","age":null}}', true],
  ['the least it asks for', ' {"name":"Ada","age":null}\n', true],
  ['a missing property', '{"name":"Ada"}', false],
  ['a property too many', '{"name":"Ada","age":1,"x":1}', false],
  ['another type', '{"name":"Ada","age":1.5}', false],
  ['another type under a keyword’s name', '{"name":"Ada","age":1,"pattern":"x"}', false],
  ['a value that is not in the list', '{"name":"Ada","age":1,"tags":["c"]}', false],
  ['trouble behind a reference', '{"name":"Ada","age":1,"boss":{"name":"B","age":1,"boss":{"name":2}}}', false],
  ['no object', '"Ada"', false],
  ['prose around it', 'Here you are: {"name":"Ada","age":1}', false],
  ['a fence around it', '```json\n{"name":"Ada","age":1}\n```', false],
  ['half of it', '{"name":"Ada","ag', false],
  ['nothing', '', false],
])('%s', (_what, text, expected) => {
  expect(fitsSchema(text, PERSON)).toBe(expected)
})

describe('what cannot be told, or not cheaply, is not held against the answer', () => {
  const doubled = Object.fromEntries(
    Array.from({ length: 40 }, (_, level) => {
      const next = { $ref: `#/$defs/d${level + 1}` }
      return [`d${level}`, { allOf: [next, next] }]
    }),
  )
  test.each([
    ['a reference that leads nowhere', '1', { $ref: '#/$defs/none' }],
    ['a reference to another place', '1', { $ref: 'https://example.com/schema.json' }],
    ['a reference to itself', '1', { $ref: '#' }],
    ['doubling forty times', '1', { $ref: '#/$defs/d0', $defs: { ...doubled, d40: { type: 'number' } } }],
    [
      'doubling with each level of the answer',
      `${'{"x":'.repeat(60)}1${'}'.repeat(60)}`,
      {
        $defs: {
          a: { allOf: [{ properties: { x: { $ref: '#/$defs/a' } } }, { properties: { x: { $ref: '#/$defs/a' } } }] },
        },
        $ref: '#/$defs/a',
      },
    ],
    ['a very long answer', JSON.stringify('x'.repeat(300_000)), { type: 'number' }],
    ['a very long schema', '1', { type: 'string', description: 'x'.repeat(70_000) }],
    [
      'long lists at each of many values',
      JSON.stringify(Array(2000).fill('y')),
      { items: { enum: [...Array(3000).fill('x'), 'y'] } },
    ],
    [
      'very many looks at a long text',
      JSON.stringify('x'.repeat(200_000)),
      { allOf: Array(3000).fill({ minLength: 1 }) },
    ],
    ['what a regular expression must not match', '"a"', { not: { pattern: 'b' } }],
    [
      'names that a regular expression allows',
      '{"x-a":1}',
      { patternProperties: { '^x-': {} }, additionalProperties: false },
    ],
    ['very many values', JSON.stringify(Array(20_000).fill(1)), { items: { type: 'number' } }],
  ])('%s', (_what, text, schema) => {
    expect(fitsSchema(text, schema)).toBeUndefined()
  })

  test('a regular expression is not even tried', () => {
    expect(fitsSchema(JSON.stringify(`${'a'.repeat(40)}!`), { type: 'string', pattern: '^(a+)+$' })).toBe(true)
  })
})

test('a JSON object is one without anything around it', () => {
  expect(['{}', ' {"a":1} ', '[]', '1', '', '{"a":'].map(isJsonObject)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})
