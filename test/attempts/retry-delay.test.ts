import { expect, test } from 'vitest'
import { chooseRetryDelayMs } from '../../src/attempts/retry-delay.js'

test.each([
  ['nothing, for the luckiest', { retries: 0, retryAfterMs: undefined, random: 0 }, 0],
  ['up to half a second at first', { retries: 0, retryAfterMs: undefined, random: 1 }, 500],
  ['twice as much each time', { retries: 2, retryAfterMs: undefined, random: 0.5 }, 1000],
  ['eight seconds at most', { retries: 30, retryAfterMs: undefined, random: 1 }, 8000],
  ['what the provider asks for at least', { retries: 0, retryAfterMs: 3000, random: 0 }, 3000],
  ['a little more, so that not all come at once', { retries: 5, retryAfterMs: 3000, random: 1 }, 3500],
] as const)('the wait is %s', (_name, input, expected) => {
  expect(chooseRetryDelayMs(input)).toBe(expected)
})
