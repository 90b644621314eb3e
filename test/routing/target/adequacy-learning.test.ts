import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logOdds, sigmoid } from '../../../src/core/hit-model/log-odds.js'
import {
  type AdequacyLabel,
  type AdequacyLearning,
  correctCurve,
  learnAdequacy,
  NOTHING_LEARNT,
} from '../../../src/routing/target/adequacy-learning.js'
import { thresholdForQuality } from '../../../src/routing/target/quality-threshold.js'
import { adequacyAt, type RoutingCurve } from '../../../src/routing/target/routing-curve.js'
import { createRandom } from '../../core/hit-model/random-rows.js'

const CURVE: RoutingCurve = Array.from({ length: 21 }, (_, step) => {
  const score = step / 20
  return { score, cheap: 0.9 * sigmoid(3 - 4 * score), strong: 0.9 - 0.1 * score }
})
const EXACT = { wrongOfRight: 0, rightOfWrong: 0 }
const LIKENESS = { wrongOfRight: 0.13, rightOfWrong: 0.29 }

const adequate = (curve: RoutingCurve, score: number): number => {
  const { cheap, strong } = adequacyAt(curve, score)
  return cheap / strong
}

/** Labels of a cheap model that is worse than the curve says, or better, in log-odds. */
function learnFrom(count: number, shift: number, noise: AdequacyLabel['noise']): AdequacyLearning {
  const random = createRandom(7)
  let learning = NOTHING_LEARNT
  for (let at = 0; at < count; at += 1) {
    const score = random() * 0.5
    const isRight = random() < sigmoid(logOdds(adequate(CURVE, score), 6) + shift)
    const isAdequate = random() < (isRight ? 1 - noise.wrongOfRight : noise.rightOfWrong)
    learning = learnAdequacy(learning, { score, isAdequate, noise }, CURVE)
  }
  return learning
}

describe('labels of one’s own traffic', () => {
  test('are needed to move a curve', () => {
    expect(correctCurve(CURVE, NOTHING_LEARNT)).toBe(CURVE)
  })

  test.each([
    { shift: -1.5, noise: EXACT },
    { shift: 1, noise: EXACT },
    { shift: -1.5, noise: LIKENESS },
  ])('show how good the cheap model is: $shift, $noise', ({ noise, shift }) => {
    const learning = learnFrom(1500, shift, noise)
    expect(learning.labels).toBe(1500)
    const corrected = correctCurve(CURVE, learning)
    for (const score of [0.1, 0.25, 0.4]) {
      const truth = sigmoid(logOdds(adequate(CURVE, score), 6) + shift)
      expect(Math.abs(adequate(corrected, score) - truth)).toBeLessThan(0.06)
      expect(adequacyAt(corrected, score).strong).toBeCloseTo(adequacyAt(CURVE, score).strong, 10)
    }
  })

  test('lower the threshold for a quality when cheap answers turn out worse', () => {
    const scores = Array.from({ length: 200 }, (_, at) => at / 200)
    const before = thresholdForQuality(CURVE, scores, 0.95)
    const after = thresholdForQuality(correctCurve(CURVE, learnFrom(300, -2, EXACT)), scores, 0.95)
    expect(after).toBeLessThan(before - 0.05)
  })

  test('a few move it less than many', () => {
    const few = adequate(correctCurve(CURVE, learnFrom(3, -2, LIKENESS)), 0.2)
    const many = adequate(correctCurve(CURVE, learnFrom(1500, -2, LIKENESS)), 0.2)
    expect(many).toBeLessThan(few)
    expect(few).toBeGreaterThan(0.6)
  })

  test('whatever they say, the curve stays one: falling, and never above the strong model', () => {
    const label = fc.record({
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      isAdequate: fc.boolean(),
      noise: fc.constantFrom(EXACT, LIKENESS),
    })
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 80 }), (labels) => {
        const learning = labels.reduce((known, next) => learnAdequacy(known, next, CURVE), NOTHING_LEARNT)
        const corrected = correctCurve(CURVE, learning)
        corrected.forEach(({ cheap, score, strong }, at) => {
          expect(cheap).toBeGreaterThanOrEqual(0)
          expect(cheap).toBeLessThanOrEqual(strong)
          const before = at === 0 ? 1 : adequate(corrected, corrected[at - 1]?.score ?? 0)
          expect(adequate(corrected, score)).toBeLessThanOrEqual(before + 1e-9)
        })
      }),
    )
  })
})
