import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/core/decode.js'
import { GatewayError } from '../../../src/core/errors.js'
import { sanitiseSchema } from '../../../src/providers/anthropic/sanitise-schema.js'

const sanitise = (schema: JsonObject) => sanitiseSchema(schema, 'schema')

function refusedAt(schema: JsonObject): string | null {
  try {
    sanitise(schema)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'unsupported_parameter') return error.param
    throw error
  }
  throw new Error('The schema was accepted.')
}

const closed = (properties: object) => ({ type: 'object', properties, additionalProperties: false })

describe('a schema', () => {
  test.each<[string, JsonObject, unknown]>([
    [
      'every object is closed',
      { type: 'object', properties: { a: { type: 'object', properties: { b: { type: 'null' } } } } },
      closed({ a: closed({ b: { type: 'null' } }) }),
    ],
    [
      'an object that allowed more is closed',
      { ...closed({ a: { type: 'string' } }), additionalProperties: true },
      closed({ a: { type: 'string' } }),
    ],
    ['an object of no properties stays one', closed({}), closed({})],
    [
      'limits are told in words',
      { type: 'integer', description: 'Age.', minimum: 0, maximum: 150 },
      { type: 'integer', description: 'Age.\n\n{minimum: 0, maximum: 150}' },
    ],
    [
      'a pattern is told in words',
      { type: 'string', pattern: '^\\d+$', minLength: 1 },
      { type: 'string', description: '{pattern: "^\\\\d+$", minLength: 1}' },
    ],
    ['known formats stay', { type: 'string', format: 'date-time' }, { type: 'string', format: 'date-time' }],
    [
      'other formats are told in words',
      { type: 'string', format: 'iri' },
      { type: 'string', description: '{format: "iri"}' },
    ],
    [
      'oneOf becomes anyOf',
      { oneOf: [{ type: 'string', minLength: 2 }, { type: 'null' }] },
      { anyOf: [{ type: 'string', description: '{minLength: 2}' }, { type: 'null' }] },
    ],
    [
      'oneOf joins anyOf',
      { anyOf: [{ type: 'string' }], oneOf: [{ type: 'null' }] },
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    ['allOf stays', { allOf: [{ type: 'object', properties: {} }] }, { allOf: [closed({})] }],
    [
      'items are adapted',
      { type: 'array', items: { type: 'number', multipleOf: 2 }, uniqueItems: true },
      { type: 'array', items: { type: 'number', description: '{multipleOf: 2}' }, description: '{uniqueItems: true}' },
    ],
    [
      'short minimum lengths of lists stay',
      { type: 'array', minItems: 1, maxItems: 3 },
      { type: 'array', minItems: 1, description: '{maxItems: 3}' },
    ],
    [
      'enum, const, title and required stay',
      { title: 'T', enum: ['a'], const: 1, required: ['x'] },
      { title: 'T', enum: ['a'], const: 1, required: ['x'] },
    ],
    ['what is said about the document goes', { $schema: 'x', $id: 'y', type: 'string' }, { type: 'string' }],
    [
      'definitions are adapted and may be used twice',
      {
        $defs: { n: { type: 'integer', minimum: 1 } },
        type: 'object',
        properties: { a: { $ref: '#/$defs/n' }, b: { $ref: '#/$defs/n' } },
      },
      {
        $defs: { n: { type: 'integer', description: '{minimum: 1}' } },
        ...closed({ a: { $ref: '#/$defs/n' }, b: { $ref: '#/$defs/n' } }),
      },
    ],
    [
      'properties may have the names of keywords',
      {
        type: 'object',
        properties: { minimum: { type: 'string' }, $ref: { type: 'string' }, not: { type: 'string' } },
      },
      closed({ minimum: { type: 'string' }, $ref: { type: 'string' }, not: { type: 'string' } }),
    ],
    [
      'an object shaped by variants is no map',
      { type: 'object', anyOf: [closed({ a: { type: 'null' } })] },
      { type: 'object', anyOf: [closed({ a: { type: 'null' } })], additionalProperties: false },
    ],
    [
      'a type among others is closed as well',
      { type: ['object', 'null'], properties: { a: { type: 'null' } } },
      { type: ['object', 'null'], properties: { a: { type: 'null' } }, additionalProperties: false },
    ],
  ])('%s', (_name, schema, expected) => {
    expect(sanitise(schema)).toEqual(expected)
  })

  test('may have a property called __proto__', () => {
    const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}')
    expect(JSON.stringify(sanitise(schema))).toBe(
      '{"type":"object","properties":{"__proto__":{"type":"string"}},"additionalProperties":false}',
    )
  })

  test('that is sound already stays as it is, and sanitising twice changes nothing', () => {
    const schema = closed({
      a: { type: 'string', description: 'A.' },
      b: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    })
    expect(sanitise(schema)).toEqual(schema)
    const adapted = sanitise({ type: 'object', properties: { n: { type: 'integer', minimum: 1 } } })
    expect(sanitise(adapted)).toEqual(adapted)
  })

  test('is not changed itself', () => {
    const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } }
    const before = structuredClone(schema)
    sanitise(schema)
    expect(schema).toEqual(before)
  })

  test.each<[string, JsonObject, string]>([
    ['refers to itself', { type: 'object', properties: { next: { $ref: '#' } } }, 'schema'],
    [
      'has a definition that refers to itself',
      {
        $defs: {
          node: { type: 'object', properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } } },
        },
        $ref: '#/$defs/node',
      },
      'schema',
    ],
    [
      'goes round in two steps',
      { $defs: { a: { $ref: '#/$defs/b' }, b: { type: 'array', items: { $ref: '#/$defs/a' } } }, $ref: '#/$defs/a' },
      'schema',
    ],
    ['refers to elsewhere', { $ref: 'https://example.com/schema' }, 'schema.$ref'],
    [
      'holds a map',
      { type: 'object', properties: { tags: { type: 'object', additionalProperties: { type: 'string' } } } },
      'schema.properties.tags',
    ],
    [
      'holds an object of anything',
      { type: 'object', properties: { any: { type: 'object' } } },
      'schema.properties.any',
    ],
    ['is an empty object that allows more', { type: 'object', properties: {}, additionalProperties: true }, 'schema'],
  ])('that %s is refused', (_name, schema, param) => {
    expect(refusedAt(schema)).toBe(param)
  })

  test('with a chain of references longer than the stack is refused', () => {
    const links = Array.from({ length: 50_000 }, (_link, at) => [`d${at}`, { $ref: `#/$defs/d${at + 1}` }])
    expect(refusedAt({ $defs: Object.fromEntries(links), $ref: '#/$defs/d0' })).toBe('schema')
  })
})
