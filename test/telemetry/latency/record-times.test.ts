import { describe, expect, test } from 'vitest'
import { overheadMsOf, sourceOf } from '../../../src/telemetry/latency/record-times.js'
import { attemptOf, recordOf } from '../../support/make-record.js'

describe('overhead', () => {
  test('is what is left of a request without its body and its provider', () => {
    const attempts = [attemptOf({ startedAtMs: 1012, durationMs: 205, upstreamMs: 200 })]
    expect(overheadMsOf(recordOf({ startedAtMs: 1000, durationMs: 220, bodyMs: 7, attempts }))).toBe(13)
  })

  test('does not count the waits between tries, nor two at a time twice', () => {
    const attempts = [
      attemptOf({ startedAtMs: 1010, durationMs: 100, upstreamMs: 100, outcome: 'failed' }),
      attemptOf({ startedAtMs: 1200, durationMs: 500, upstreamMs: 500 }),
      attemptOf({ startedAtMs: 1300, durationMs: 50, upstreamMs: 50, outcome: 'client-gone' }),
    ]
    expect(overheadMsOf(recordOf({ startedAtMs: 1000, durationMs: 712, bodyMs: 0, attempts }))).toBe(22)
  })

  test('is unknown when nobody was asked', () => {
    expect(overheadMsOf(recordOf({ durationMs: 3, cache: 'HIT' }))).toBeUndefined()
  })
})

test('copies of answers are no streams of a provider', () => {
  expect(sourceOf(recordOf({ cache: 'HIT' }))).toBe('cache')
  expect(sourceOf(recordOf({ cache: 'JOIN' }))).toBe('cache')
  expect(sourceOf(recordOf({ cache: 'MISS', attempts: [attemptOf({})] }))).toBe('provider')
  expect(sourceOf(recordOf({ cache: 'MISS' }))).toBeUndefined()
})
