import { expect, test } from 'vitest'
import { formatDuration, limitHeaders } from '../../../src/pipeline/limits/limit-headers.js'

test.each([
  [0, '0s'],
  [0.2, '1ms'],
  [120, '120ms'],
  [999.5, '1s'],
  [1000, '1s'],
  [8640, '8.64s'],
  [59_999, '59.999s'],
  [60_000, '1m0s'],
  [72_000, '1m12s'],
  [360_000, '6m0s'],
  [3_603_001, '1h0m3.001s'],
])('%d ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

const STANDING = {
  requests: { limit: 60, remaining: 59, resetMs: 1000 },
  tokens: { limit: 1000, remaining: 0, resetMs: 72_500 },
}
const OPENAI = {
  'x-ratelimit-limit-requests': '60',
  'x-ratelimit-remaining-requests': '59',
  'x-ratelimit-reset-requests': '1s',
  'x-ratelimit-limit-tokens': '1000',
  'x-ratelimit-remaining-tokens': '0',
  'x-ratelimit-reset-tokens': '1m12.5s',
}

test('a client of OpenAI reads its names, one of Anthropic its own as well', () => {
  const nowMs = Date.parse('2026-11-30T23:59:00.200Z')
  expect(limitHeaders(STANDING, 'openai', nowMs)).toEqual(OPENAI)
  expect(limitHeaders(STANDING, 'anthropic', nowMs)).toEqual({
    ...OPENAI,
    'anthropic-ratelimit-requests-limit': '60',
    'anthropic-ratelimit-requests-remaining': '59',
    'anthropic-ratelimit-requests-reset': '2026-11-30T23:59:02Z',
    'anthropic-ratelimit-tokens-limit': '1000',
    'anthropic-ratelimit-tokens-remaining': '0',
    'anthropic-ratelimit-tokens-reset': '2026-12-01T00:00:13Z',
  })
})

test('limits that a key does not have are not told', () => {
  expect(limitHeaders({ requests: null, tokens: null }, 'anthropic', 0)).toEqual({})
})
