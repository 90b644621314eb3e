import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRecentMap } from '../../src/core/recent-map.js'

describe('a map of what was used lately', () => {
  test('keeps what is used and forgets what is not', () => {
    const map = createRecentMap<number>(4)
    map.set('used', 0, 1)
    map.set('not used', 0, 1)
    for (let n = 1; n <= 20; n++) {
      map.set(`other ${n}`, n, 1)
      expect(map.get('used')).toBe(0)
    }
    expect(map.get('not used')).toBeUndefined()
  })

  test('does not take what is too heavy, and then does not keep what was there before either', () => {
    const map = createRecentMap<number>(4)
    map.set('a', 1, 2)
    map.set('a', 2, 3)
    expect(map.get('a')).toBeUndefined()
  })

  test('never gives anything but the newest value, and never keeps more than twice its limit', () => {
    const step = fc.record({ key: fc.constantFrom(...'abcdefgh'), weight: fc.integer({ min: 1, max: 6 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const map = createRecentMap<{ n: number; weight: number }>(8)
        const newest = new Map<string, number>()
        for (const [n, { key, weight }] of steps.entries()) {
          const before = map.get(key)
          if (before !== undefined) expect(before.n).toBe(newest.get(key))
          map.set(key, { n, weight }, weight)
          newest.set(key, n)
        }
        const kept = [...'abcdefgh'].flatMap((key) => map.get(key) ?? [])
        expect(kept.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(2 * 8)
      }),
    )
  })
})
