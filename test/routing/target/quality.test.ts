import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { qualityAt, thresholdForQuality } from '../../../src/routing/target/quality-threshold.js'
import { adequacyAt, type RoutingCurve, shiftCurve } from '../../../src/routing/target/routing-curve.js'
import { observeDecision, startTarget } from '../../../src/routing/target/target-state.js'

const curve: RoutingCurve = [
  { score: 0, cheap: 1, strong: 1 },
  { score: 0.2, cheap: 0.9, strong: 0.9 },
  { score: 1, cheap: 0.1, strong: 0.9 },
]

describe('a curve', () => {
  test.each([
    [0, 1, 1],
    [0.1, 0.95, 0.95],
    [0.2, 0.9, 0.9],
    [0.6, 0.5, 0.9],
    [1, 0.1, 0.9],
  ])('at %d', (score, cheap, strong) => {
    const found = adequacyAt(curve, score)
    expect(found.cheap).toBeCloseTo(cheap, 10)
    expect(found.strong).toBeCloseTo(strong, 10)
  })

  test('of a better or worse cheap model', () => {
    const better = adequacyAt(shiftCurve(curve, 1), 0.6)
    expect(better.cheap).toBeGreaterThan(0.55)
    expect(better.strong).toBeGreaterThanOrEqual(better.cheap)
    expect(adequacyAt(shiftCurve(curve, -1), 0.6).cheap).toBeLessThan(0.45)
    expect(shiftCurve(curve, 0)).toBe(curve)
  })
})

describe('the threshold for a quality', () => {
  const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 })
  const quality = fc.double({ min: 0, max: 1, noNaN: true })

  test('keeps the quality on the very scores it was chosen for', () => {
    fc.assert(
      fc.property(scores, quality, (seen, wanted) => {
        expect(qualityAt(curve, seen, thresholdForQuality(curve, seen, wanted))).toBeGreaterThanOrEqual(wanted - 1e-3)
      }),
    )
  })

  test('falls as the quality rises', () => {
    fc.assert(
      fc.property(scores, quality, quality, (seen, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        expect(thresholdForQuality(curve, seen, low)).toBeGreaterThanOrEqual(thresholdForQuality(curve, seen, high))
      }),
    )
  })

  test('is the highest one: the next prompt would be one too many', () => {
    const seen = [0.1, 0.4, 0.5, 0.6]
    const at = thresholdForQuality(curve, seen, 0.9)
    expect(at).toBe(0.5)
    expect(qualityAt(curve, seen, 0.55)).toBeLessThan(0.9)
  })

  test('does not buy its mean with a prompt that is surely too hard', () => {
    const easy = Array(10_000).fill(0.1) as number[]
    expect(qualityAt(curve, [...easy, 0.9], 1)).toBeGreaterThan(0.98)
    expect(thresholdForQuality(curve, [...easy, 0.9], 0.98)).toBeLessThan(0.5)
  })

  test('is 0 for all of the strong model’s', () => {
    expect(thresholdForQuality(curve, [0.1, 0.9], 1)).toBe(0)
  })
})

test('the threshold follows the scores of real traffic', () => {
  const mixes = JSON.parse(
    readFileSync(new URL('../../fixtures/routing/scores.json', import.meta.url), 'utf8'),
  ) as Readonly<Record<'everyday' | 'work', readonly number[]>>
  const target = { quality: 0.95 }
  const belief = { curve, reference: mixes.work.filter((_, at) => at % 7 === 0).sort() }
  let state = startTarget(target, belief)
  const atFirst = state.threshold
  for (const score of mixes.everyday) {
    state = observeDecision(state, { score, isStrong: score >= state.threshold }, target, belief)
  }
  const ofEasy = state.threshold
  expect(ofEasy).toBeGreaterThan(atFirst)
  expect(qualityAt(curve, mixes.everyday, ofEasy)).toBeGreaterThanOrEqual(0.95)
  for (const score of [...mixes.work, ...mixes.work]) {
    state = observeDecision(state, { score, isStrong: score >= state.threshold }, target, belief)
  }
  expect(state.threshold).toBeLessThan(ofEasy)
  expect(qualityAt(curve, mixes.work, state.threshold)).toBeGreaterThanOrEqual(0.945)
})
