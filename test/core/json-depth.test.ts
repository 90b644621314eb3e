import { expect, test } from 'vitest'
import { GatewayError } from '../../src/core/errors.js'
import { MAX_JSON_DEPTH, refuseDeepJson } from '../../src/core/json-depth.js'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test('the deepest JSON that is let through can be stringified', () => {
  const text = nested(MAX_JSON_DEPTH)
  refuseDeepJson(text)
  expect(JSON.stringify(JSON.parse(text))).toBe(text)
})

test('one level more is a 400 with the position', () => {
  expect(() => refuseDeepJson(nested(MAX_JSON_DEPTH + 1))).toThrow(
    expect.objectContaining({ code: 'invalid_json', message: expect.stringContaining(`position ${MAX_JSON_DEPTH}`) }),
  )
  expect(() => refuseDeepJson(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`)).toThrow(GatewayError)
})

test('brackets in strings and side by side are no depth', () => {
  refuseDeepJson(JSON.stringify(['['.repeat(5000), '\\"['.repeat(5000)]))
  refuseDeepJson(`[${'[],'.repeat(5000)}{}]`)
})
