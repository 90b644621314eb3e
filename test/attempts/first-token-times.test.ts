import { describe, expect, test } from 'vitest'
import { createFirstTokenTimes } from '../../src/attempts/first-token-times.js'

const MINUTE_MS = 60_000

describe('the usual time to a first token', () => {
  test('is known when there are enough of them, within 5 %', () => {
    const times = createFirstTokenTimes()
    for (let ms = 1; ms <= 29; ms += 1) times.note('m', ms * 10, 0)
    expect(times.quantile('m', 0.95, 0)).toBeUndefined()
    for (let ms = 30; ms <= 100; ms += 1) times.note('m', ms * 10, 0)
    const p95 = times.quantile('m', 0.95, 0) ?? 0
    expect(p95).toBeGreaterThanOrEqual(950)
    expect(p95).toBeLessThan(950 * 1.06)
    expect(times.quantile('other', 0.95, 0)).toBeUndefined()
  })

  test('is not moved by a few that took very long', () => {
    const times = createFirstTokenTimes()
    for (let index = 0; index < 97; index += 1) times.note('m', 100, 0)
    for (let index = 0; index < 3; index += 1) times.note('m', 10_000, 0)
    expect(times.quantile('m', 0.95, 0)).toBeLessThan(110)
    expect(times.quantile('m', 0.98, 0)).toBeGreaterThan(9000)
  })

  test('follows a model that changes, and is forgotten when nobody asks it', () => {
    const times = createFirstTokenTimes()
    for (let index = 0; index < 100; index += 1) times.note('m', 100, 0)
    for (let index = 0; index < 100; index += 1) times.note('m', 1000, 6 * MINUTE_MS)
    expect(times.quantile('m', 0.25, 6 * MINUTE_MS)).toBeLessThan(110)
    expect(times.quantile('m', 0.25, 11 * MINUTE_MS)).toBeGreaterThan(990)
    expect(times.quantile('m', 0.25, 60 * MINUTE_MS)).toBeUndefined()
  })

  test('takes times of any length', () => {
    const times = createFirstTokenTimes()
    for (let index = 0; index < 40; index += 1) times.note('m', index % 2 === 0 ? 0 : 1e12, 0)
    expect(times.quantile('m', 0.4, 0)).toBeLessThan(2)
  })
})
