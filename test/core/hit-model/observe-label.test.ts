import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitLogistic, type Posterior } from '../../../src/core/hit-model/fit-logistic.js'
import { sigmoid } from '../../../src/core/hit-model/log-odds.js'
import { type LabelNoise, observeLabel } from '../../../src/core/hit-model/observe-label.js'
import { decompose, dot, trace } from '../../../src/core/hit-model/symmetric-matrix.js'
import { createRandom, drawRows } from './random-rows.js'

const TRUTH = [-0.5, 1.5, -1]
const PRECISION = [0.04, 0.25, 0.25]
const PRIOR: Posterior = fitLogistic({ rows: [], priorPrecision: PRECISION })

describe('labels one by one', () => {
  test('lead to nearly what a fit on all of them at once finds', () => {
    const rows = drawRows(TRUTH, 600, createRandom(1))
    const whole = fitLogistic({ rows, priorPrecision: PRECISION })
    const first = fitLogistic({ rows: rows.slice(0, 300), priorPrecision: PRECISION })
    const online = rows
      .slice(300)
      .reduce(
        (posterior, { values, label }) =>
          observeLabel(posterior, { row: values, label: label === 1 ? 1 : 0, labelNoise: 0 }),
        first,
      )
    whole.mean.forEach((value, i) => {
      expect(Math.abs((online.mean[i] ?? 0) - value)).toBeLessThan(0.5 * Math.sqrt(whole.covariance[i]?.[i] ?? 0))
    })
    expect(trace(online.covariance) / trace(whole.covariance)).toBeGreaterThan(0.8)
    expect(trace(online.covariance) / trace(whole.covariance)).toBeLessThan(1.25)
  })

  test('teach the truth although one in ten is wrong, when the noise is known', () => {
    const random = createRandom(2)
    const rows = drawRows(TRUTH, 4000, random)
    const learn = (labelNoise: number): Posterior =>
      rows.reduce(
        (posterior, { values, label }) =>
          observeLabel(posterior, { row: values, label: label === 1 ? 1 : 0, labelNoise }),
        PRIOR,
      )
    const flipped = rows.map((row) => ({ ...row, label: random() < 0.1 ? 1 - row.label : row.label }))
    const noisy = flipped.reduce(
      (posterior, { values, label }) =>
        observeLabel(posterior, { row: values, label: label === 1 ? 1 : 0, labelNoise: 0.1 }),
      PRIOR,
    )
    TRUTH.forEach((value, i) => {
      expect(Math.abs((noisy.mean[i] ?? 0) - value)).toBeLessThan(0.25)
    })
    expect(trace(noisy.covariance)).toBeGreaterThan(trace(learn(0).covariance))
  })

  test('teach the truth although the judge mostly errs one way, when it is known which', () => {
    const random = createRandom(3)
    const errs = { wrongOfRight: 0.05, rightOfWrong: 0.3 }
    const seen = drawRows(TRUTH, 6000, random).map(({ label, values }) => {
      const isWrong = random() < (label === 1 ? errs.wrongOfRight : errs.rightOfWrong)
      return { row: values, label: (label === 1) !== isWrong ? (1 as const) : (0 as const) }
    })
    const learn = (labelNoise: number | LabelNoise): Posterior =>
      seen.reduce((posterior, observation) => observeLabel(posterior, { ...observation, labelNoise }), PRIOR)
    const off = ({ mean }: Posterior): number => Math.abs((mean[0] ?? 0) - (TRUTH[0] ?? 0))
    expect(off(learn(errs))).toBeLessThan(0.15)
    expect(off(learn(0.175))).toBeGreaterThan(0.3)
  })

  test('move the belief towards the label and make it surer, never less than positive', () => {
    const number = fc.double({ min: -5, max: 5, noNaN: true })
    const noise = fc.double({ min: 0, max: 0.49, noNaN: true })
    const label = fc.constantFrom(0 as const, 1 as const)
    const observation = fc.record({ row: fc.tuple(fc.constant(1), number, number), label, labelNoise: noise })
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 60 }), observation, (before, last) => {
        const posterior = before.reduce((belief, seen) => observeLabel(belief, seen), PRIOR)
        const after = observeLabel(posterior, last)
        const towards = (dot(after.mean, last.row) - dot(posterior.mean, last.row)) * (last.label === 1 ? 1 : -1)
        expect(towards).toBeGreaterThanOrEqual(-1e-9)
        expect(trace(after.covariance)).toBeLessThanOrEqual(trace(posterior.covariance) + 1e-9)
        expect(Math.min(...decompose(after.covariance).values)).toBeGreaterThan(0)
      }),
      { numRuns: 200 },
    )
  })

  test('are forgotten when asked, so that a change of the world is followed', () => {
    const random = createRandom(3)
    const learning = { forgetting: 0.99, widest: PRIOR.covariance }
    const learn = (start: Posterior, share: number, with_?: typeof learning): Posterior =>
      Array.from({ length: 500 }).reduce<Posterior>((posterior) => {
        const label = random() < share ? 1 : 0
        return observeLabel(posterior, { row: [1, 0, 0], label, labelNoise: 0 }, with_)
      }, start)
    const forgetful = learn(learn(PRIOR, 0.9, learning), 0.2, learning)
    const faithful = learn(learn(PRIOR, 0.9), 0.2)
    expect(sigmoid(forgetful.mean[0] ?? 0)).toBeLessThan(0.35)
    expect(sigmoid(faithful.mean[0] ?? 0)).toBeGreaterThan(0.4)
    // What no label speaks of is not forgotten, and nothing further than to the prior.
    expect(forgetful.covariance[1]?.[1]).toBeCloseTo(PRIOR.covariance[1]?.[1] ?? 0, 9)
    expect(forgetful.covariance[0]?.[0]).toBeLessThan(PRIOR.covariance[0]?.[0] ?? 0)
  })

  test.each([Number.NaN, Infinity])('change nothing when a feature is %s', (value) => {
    expect(observeLabel(PRIOR, { row: [1, value, 0], label: 1, labelNoise: 0 })).toBe(PRIOR)
  })
})
