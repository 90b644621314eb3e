import { describe, expect, test } from 'vitest'
import { createShareLimit } from '../../src/attempts/share-limit.js'

describe('a share of the traffic', () => {
  test('and a reserve for gateways with little of it', () => {
    const limit = createShareLimit({ windowMs: 10_000, reserve: 3 })
    const takes = (tries: number, nowMs: number) =>
      Array.from({ length: tries }, () => limit.take(0.2, nowMs)).filter(Boolean).length
    expect(takes(10, 0)).toBe(3)
    for (let request = 0; request < 100; request += 1) limit.note(100)
    expect(takes(50, 200)).toBe(20)
    expect(takes(50, 9000)).toBe(0)
    // The traffic of that time has passed, and what it allowed with it.
    expect(takes(50, 21_000)).toBe(3)
  })

  test('of nothing allows nothing', () => {
    const limit = createShareLimit({ windowMs: 10_000, reserve: 3 })
    limit.note(0)
    expect(limit.take(0, 0)).toBe(false)
  })

  test('without a reserve is never exceeded', () => {
    const limit = createShareLimit({ windowMs: 60_000, reserve: 0 })
    let taken = 0
    for (let request = 1; request <= 1000; request += 1) {
      limit.note(request)
      if (limit.take(0.08, request)) taken += 1
      expect(taken).toBeLessThanOrEqual(0.08 * request)
    }
    expect(taken).toBe(80)
  })
})
