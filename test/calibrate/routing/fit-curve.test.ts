import { describe, expect, test } from 'vitest'
import { type FittedCurve, fitCurve, type LabelledScore } from '../../../src/calibrate/routing/fit-curve.js'
import { fitLogisticCurve, fitSteps } from '../../../src/calibrate/routing/fit-decreasing.js'
import { adequacyAt } from '../../../src/routing/target/routing-curve.js'

function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Labels drawn from a curve that is known. */
function draw(count: number, cheapAt: (score: number) => number, strongAt: (score: number) => number): LabelledScore[] {
  const next = random(11)
  return Array.from({ length: count }, () => {
    const score = Math.round(next() * 1e4) / 1e4
    return { score, label: { cheap: next() < cheapAt(score) ? 1 : 0, strong: next() < strongAt(score) ? 1 : 0 } }
  })
}

function farthest({ curve }: FittedCurve, cheapAt: (score: number) => number): number {
  const inside = Array.from({ length: 17 }, (_, step) => 0.1 + step * 0.05)
  return Math.max(...inside.map((score) => Math.abs(adequacyAt(curve, score).cheap - cheapAt(score))))
}

const logistic = (score: number): number => 1 / (1 + (score / (1 - score)) ** 1.2)
const stair = (score: number): number => (score < 0.5 ? 0.9 : 0.2)
const steady = (): number => 0.9

describe('a curve', () => {
  test('of few labels is a logistic one', () => {
    const fitted = fitCurve(draw(600, logistic, steady))
    expect(fitted.method).toBe('platt')
    expect(farthest(fitted, logistic)).toBeLessThan(0.1)
    expect(adequacyAt(fitted.curve, 0.2).strong).toBeCloseTo(0.9, 1)
  })

  test('of many labels is whichever kind predicts labels it has not seen', () => {
    expect(fitCurve(draw(4000, logistic, steady)).method).toBe('platt')
    const stairs = fitCurve(draw(4000, stair, steady))
    expect(stairs.method).toBe('isotonic')
    expect(Math.abs(adequacyAt(stairs.curve, 0.4).cheap - 0.9)).toBeLessThan(0.1)
    expect(Math.abs(adequacyAt(stairs.curve, 0.6).cheap - 0.2)).toBeLessThan(0.1)
  })

  test('never rises, and never has the cheap model above the strong one', () => {
    for (const count of [60, 1500]) {
      const { curve } = fitCurve(draw(count, logistic, (score) => logistic(score) * 0.9))
      for (const [at, point] of curve.entries()) {
        expect(point.strong).toBeGreaterThanOrEqual(point.cheap)
        if (at > 0) expect(point.cheap).toBeLessThanOrEqual(curve[at - 1]?.cheap ?? 1)
      }
    }
  })

  test('needs labels of either outcome', () => {
    expect(() => fitCurve(draw(40, logistic, steady))).toThrow(/^Too few labels: .* at least 50 together/)
    expect(() => fitCurve(draw(500, () => 1, steady))).toThrow(/500 prompts that the cheap model answered well and 0/)
  })
})

test('labels that rise with the score say that it tells nothing', () => {
  const rows = draw(500, (score) => score, steady).map(({ label, score }) => ({ score, quality: label.cheap }))
  const mean = rows.reduce((sum, { quality }) => sum + quality, 0) / rows.length
  for (const at of [fitLogisticCurve(rows), fitSteps(rows)]) {
    expect(at(0.05)).toBeCloseTo(at(0.95), 1)
    expect(at(0.5)).toBeCloseTo(mean, 1)
  }
})

test('separable labels stay finite', () => {
  const rows = Array.from({ length: 100 }, (_, at) => ({ score: at / 100, quality: at < 50 ? 1 : 0 }))
  const at = fitLogisticCurve(rows)
  expect(at(0.2)).toBeGreaterThan(0.99)
  expect(at(0.8)).toBeLessThan(0.01)
})
