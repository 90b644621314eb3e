import { expect, test } from 'vitest'
import { isCutJson } from '../../../src/providers/openai/cut-json.js'

test('every beginning of an object is a cut one', () => {
  const whole = '{"a": [-1.5e-10, 0.25E+3, true, false, null, "x\\"\\u00e9\\\\"], "b": {"c": {}, "d": -0}}'
  for (let length = 0; length < whole.length; length += 1) {
    expect([length, isCutJson(whole.slice(0, length))]).toEqual([length, true])
  }
})

test.each(['{"a":[}', '{"a":oops', '<html>', '{"a":"\\q"}', '{} {}', '{"a":nulx'])('garbage is not: %s', (text) => {
  expect(isCutJson(text)).toBe(false)
})
