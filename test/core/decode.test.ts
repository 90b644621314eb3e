import { expect, test } from 'vitest'
import { optionalInteger, optionalNumber, requireOneOf } from '../../src/core/decode.js'

const colour = (value: unknown) => () => requireOneOf(value, 'colour', ['red', 'blue'])

test.each<[string, () => unknown, string]>([
  ['beyond all numbers', () => optionalNumber(JSON.parse('1e999'), 't', 0, 2), "'t' is out of range"],
  ['below all numbers', () => optionalInteger(JSON.parse('-1e999'), 'n', 1, 9), "'n' is out of range"],
  ['too large', () => optionalInteger(1e30, 'n', 1, Number.MAX_SAFE_INTEGER), "'n' is too large"],
  ['too small', () => optionalInteger(0, 'n', 1, Number.MAX_SAFE_INTEGER), "'n' must be at least 1."],
  ['out of its range', () => optionalInteger(10, 'n', 1, 9), "'n' must be between 1 and 9."],
  ['a fraction', () => optionalInteger(1.5, 'n', 1, 9), "'n' must be an integer, but a number with a fraction"],
  ['text', () => optionalInteger('1', 'n', 1, 9), "'n' must be a number, but a string was given."],
])('a number that is %s is refused with the reason', (_name, decode, message) => {
  expect(decode).toThrow(message)
})

test('an unknown choice is named as one, and never shown: it may hold anything', () => {
  expect(colour('bogus')).toThrow("'colour' must be one of 'red', 'blue', but another value was given.")
  expect(colour('bogus')).not.toThrow('bogus')
})
