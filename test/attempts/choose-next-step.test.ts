import { describe, expect, test } from 'vitest'
import { chooseNextStep, type FailedAttempt } from '../../src/attempts/choose-next-step.js'
import { ERROR_TABLE, type ErrorCode } from '../../src/core/errors.js'

const FAILED: FailedAttempt = {
  code: 'upstream_error',
  retryAfterSeconds: undefined,
  made: 1,
  max: 3,
  retries: 0,
  fallbacksLeft: 0,
  isFallback: false,
  hasOtherKey: false,
  retryLeftMs: 30_000,
  totalLeftMs: 600_000,
  takeRetry: () => true,
  random: 0.5,
}

const step = (parts: Partial<FailedAttempt>) => {
  const next = chooseNextStep({ ...FAILED, ...parts })
  return next.kind === 'retry' ? `retry after ${next.delayMs}` : next.kind
}

/** What an error means with nowhere else to go, and with a fallback. */
const MEANING: Readonly<Record<ErrorCode, readonly [alone: string, withFallback: string]>> = {
  rate_limit_exceeded: ['retry after 250', 'retry after 250'],
  overloaded: ['retry after 250', 'retry after 250'],
  upstream_error: ['retry after 250', 'retry after 250'],
  stream_truncated: ['retry after 250', 'retry after 250'],
  upstream_timeout: ['retry after 250', 'fallback'],
  insufficient_quota: ['tell', 'fallback'],
  model_not_found: ['tell', 'fallback'],
  upstream_auth_failed: ['tell', 'fallback'],
  upstream_precondition: ['tell', 'fallback'],
  internal_error: ['tell', 'fallback'],
  invalid_request: ['tell', 'tell'],
  invalid_json: ['tell', 'tell'],
  unsupported_parameter: ['tell', 'tell'],
  context_length_exceeded: ['tell', 'fallback'],
  invalid_api_key: ['tell', 'tell'],
  permission_denied: ['tell', 'tell'],
  admin_disabled: ['tell', 'tell'],
  not_found: ['tell', 'tell'],
  cache_miss: ['tell', 'tell'],
  method_not_allowed: ['tell', 'tell'],
  request_timeout: ['tell', 'tell'],
  request_too_large: ['tell', 'tell'],
  unsupported_media_type: ['tell', 'tell'],
  shutting_down: ['tell', 'tell'],
  client_closed: ['tell', 'tell'],
}

describe('after a failure', () => {
  test.each(Object.keys(ERROR_TABLE) as ErrorCode[])('%s', (code) => {
    expect([step({ code }), step({ code, fallbacksLeft: 1 })]).toEqual(MEANING[code])
  })

  test('what a fallback cannot do the next one may', () => {
    expect(step({ code: 'invalid_request', isFallback: true, fallbacksLeft: 1 })).toBe('fallback')
    expect(step({ code: 'invalid_request', isFallback: true })).toBe('tell')
  })
})

describe('what the provider asks us to wait', () => {
  test('is waited while there is time for retries', () => {
    expect(step({ code: 'rate_limit_exceeded', retryAfterSeconds: 20 })).toBe('retry after 20250')
    expect(step({ code: 'rate_limit_exceeded', retryAfterSeconds: 20, retryLeftMs: 20_000 })).toBe('tell')
    expect(step({ code: 'rate_limit_exceeded', retryAfterSeconds: 20, totalLeftMs: 20_000 })).toBe('tell')
  })

  test('is not waited for long where there is a fallback', () => {
    expect(step({ retryAfterSeconds: 1, fallbacksLeft: 1 })).toBe('retry after 1250')
    expect(step({ retryAfterSeconds: 3, fallbacksLeft: 1 })).toBe('fallback')
  })
})

describe('attempts', () => {
  test('end at their most', () => {
    expect(step({ made: 2 })).toBe('retry after 250')
    expect(step({ made: 3 })).toBe('tell')
    expect(step({ made: 3, fallbacksLeft: 2 })).toBe('tell')
    expect(step({ made: 1, max: 1, fallbacksLeft: 2 })).toBe('tell')
  })

  test('are kept for the fallbacks', () => {
    expect(step({ made: 1, fallbacksLeft: 1 })).toBe('retry after 250')
    expect(step({ made: 2, retries: 1, fallbacksLeft: 1 })).toBe('fallback')
    expect(step({ made: 1, fallbacksLeft: 2 })).toBe('fallback')
  })

  test('wait longer each time', () => {
    expect(step({ made: 2, retries: 1 })).toBe('retry after 500')
  })

  test('end with the time for the whole answer', () => {
    expect(step({ totalLeftMs: 0, fallbacksLeft: 1 })).toBe('tell')
    expect(step({ totalLeftMs: 100, fallbacksLeft: 1 })).toBe('fallback')
  })

  test('are no retries when the gateway makes too many already', () => {
    expect(step({ takeRetry: () => false })).toBe('tell')
    expect(step({ takeRetry: () => false, fallbacksLeft: 1 })).toBe('fallback')
  })

  test('are counted as retries only when they are made', () => {
    let taken = 0
    const takeRetry = () => {
      taken += 1
      return true
    }
    for (const code of ['invalid_request', 'upstream_auth_failed'] as const) step({ code, takeRetry })
    step({ made: 3, takeRetry })
    step({ code: 'upstream_timeout', fallbacksLeft: 1, takeRetry })
    step({ code: 'upstream_auth_failed', hasOtherKey: true, takeRetry })
    expect(taken).toBe(0)
    step({ takeRetry })
    expect(taken).toBe(1)
  })
})

test.each(['rate_limit_exceeded', 'insufficient_quota', 'upstream_auth_failed'] as const)(
  '%s of one key is no trouble while there is another',
  (code) => {
    expect(step({ code, hasOtherKey: true, retryAfterSeconds: 60, fallbacksLeft: 1 })).toBe('retry after 0')
    expect(step({ code, hasOtherKey: true, made: 3 })).toBe('tell')
  },
)

test('trouble of the provider is not helped by another key', () => {
  expect(step({ code: 'overloaded', hasOtherKey: true, retryAfterSeconds: 60, retryLeftMs: 1000 })).toBe('tell')
})
