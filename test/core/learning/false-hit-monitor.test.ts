import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  estimateFalseHits,
  type FalseHitMonitor,
  isFlagged,
  observeHit,
  relax,
  UNJUDGED,
} from '../../../src/core/learning/false-hit-monitor.js'
import { createRandom } from '../hit-model/random-rows.js'

const TARGET = 0.05

function observeMany(
  start: FalseHitMonitor,
  share: number,
  count: number,
  draw: () => number,
  noise = 0,
): FalseHitMonitor {
  let monitor = start
  for (let i = 0; i < count; i++) {
    const isWrong = draw() < share * (1 - noise) + (1 - share) * noise
    monitor = observeHit(monitor, { isWrong, wrongOfRight: noise, rightOfWrong: noise }, TARGET)
  }
  return monitor
}

/** Judged hits from the jump to the alarm. */
function delay(seed: number, noise: number): number {
  const draw = createRandom(seed)
  let monitor: FalseHitMonitor = { ...observeMany(UNJUDGED, 0.02, 300, draw, noise), tightness: 1 }
  for (let judged = 1; judged < 2000; judged++) {
    monitor = observeMany(monitor, 0.1, 1, draw, noise)
    if (isFlagged(monitor, TARGET)) return judged
  }
  return 2000
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

describe('the running estimate', () => {
  test('flags a jump of the error from 2 to 10 % after a median of at most 80 judged hits', () => {
    expect(median(Array.from({ length: 400 }, (_, seed) => delay(seed, 0)))).toBeLessThanOrEqual(80)
  })

  test('seldom takes a calm 2 % for a jump', () => {
    const alarms = Array.from({ length: 200 }, (_, seed) => observeMany(UNJUDGED, 0.02, 300, createRandom(seed)))
    expect(alarms.filter((monitor) => isFlagged(monitor, TARGET)).length).toBeLessThan(40)
  })

  test('takes the errors of the judge out', () => {
    const monitor = observeMany(UNJUDGED, 0.02, 500, createRandom(7), 0.05)
    expect(estimateFalseHits(monitor).ratio).toBeLessThan(0.05)
  })

  test('is everything between 0 and 1 before the first judged hit', () => {
    expect(estimateFalseHits(UNJUDGED)).toEqual({ ratio: 0, lower: 0, upper: 1, judged: 0 })
  })

  test('never loosens beyond what is configured, and recovers', () => {
    const share = fc.double({ min: 0, max: 0.49, noNaN: true })
    const hit = fc.record({ isWrong: fc.boolean(), wrongOfRight: share, rightOfWrong: share })
    fc.assert(
      fc.property(fc.array(hit, { maxLength: 300 }), fc.constantFrom(0, 0.02, 0.05, 0.5, 1), (hits, target) => {
        const monitor = hits.reduce((known, next) => observeHit(known, next, target), UNJUDGED)
        expect(monitor.tightness).toBeGreaterThan(0)
        expect(monitor.tightness).toBeLessThanOrEqual(1)
        expect(Object.values(estimateFalseHits(monitor)).every(Number.isFinite)).toBe(true)
        expect(relax(monitor, 10 * 86_400_000).tightness).toBe(1)
      }),
      { numRuns: 50 },
    )
    const tight = observeMany(UNJUDGED, 0.3, 200, createRandom(3))
    expect(tight.tightness).toBeLessThan(1)
    expect(observeMany(tight, 0, 1500, createRandom(4)).tightness).toBe(1)
  })
})
