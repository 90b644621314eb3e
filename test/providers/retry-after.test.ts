import { expect, test } from 'vitest'
import { chooseRetryAfterSeconds, parseRetryAfterSeconds } from '../../src/providers/retry-after.js'

const NOW = 'Mon, 23 Nov 2026 10:00:00 GMT'
const LATER = 'Mon, 23 Nov 2026 10:00:30 GMT'

test.each<[string, Record<string, string>, number | undefined]>([
  ['seconds', { 'retry-after': '12' }, 12],
  ['parts of a second', { 'retry-after': ' 1.5 ' }, 1.5],
  ['milliseconds, which are more exact', { 'retry-after-ms': '1500', 'retry-after': '12' }, 1.5],
  ['a date', { 'retry-after': LATER, date: NOW }, 30],
  ['a date that has passed', { 'retry-after': NOW, date: LATER }, 0],
  ['a date without another to compare it with', { 'retry-after': LATER }, undefined],
  ['a word', { 'retry-after': 'soon', date: NOW }, undefined],
  ['a number below zero', { 'retry-after': '-5', date: NOW }, undefined],
  ['a number without an end', { 'retry-after': '9'.repeat(400), date: NOW }, undefined],
  ['a limit that is used up', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1m12s' }, 72],
  [
    'two limits that are used up',
    {
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '120ms',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1h0m2.5s',
    },
    3602.5,
  ],
  ['a limit that is not', { 'x-ratelimit-remaining-requests': '5', 'x-ratelimit-reset-requests': '6s' }, undefined],
  ['nothing', {}, undefined],
])('%s', (_name, headers, expected) => {
  expect(parseRetryAfterSeconds(headers)).toBe(expected)
})

test('a wait is told where waiting helps', () => {
  expect(chooseRetryAfterSeconds('rate_limit_exceeded', 7)).toBe(7)
  expect(chooseRetryAfterSeconds('rate_limit_exceeded', undefined)).toBeUndefined()
  expect(chooseRetryAfterSeconds('overloaded', 7)).toBe(7)
  expect(chooseRetryAfterSeconds('overloaded', 2_000_000_000)).toBe(86_400)
  expect(chooseRetryAfterSeconds('overloaded', undefined)).toBeUndefined()
  expect(chooseRetryAfterSeconds('upstream_timeout', 7)).toBe(7)
  expect(chooseRetryAfterSeconds('insufficient_quota', 7)).toBeUndefined()
  expect(chooseRetryAfterSeconds('invalid_request', 7)).toBeUndefined()
})
