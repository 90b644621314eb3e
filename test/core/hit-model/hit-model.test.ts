import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitLogistic } from '../../../src/core/hit-model/fit-logistic.js'
import { designRow, type HitModel, predictHit } from '../../../src/core/hit-model/hit-model.js'
import { sigmoid } from '../../../src/core/hit-model/log-odds.js'
import { dot } from '../../../src/core/hit-model/symmetric-matrix.js'
import { createRandom, drawRows, normal } from './random-rows.js'

const COLUMNS = [
  { name: 'closeness', centre: 2, scale: 0.5 },
  { name: 'anyConflict', centre: 0.3, scale: 0.4 },
]
const MODEL: HitModel = {
  columns: COLUMNS,
  cosineFloor: 0.5,
  mean: [1, 2, -3],
  covariance: [
    [0.2, 0.05, 0],
    [0.05, 0.1, 0],
    [0, 0, 0.3],
  ],
  boundDeviations: 1.645,
}

describe('a row', () => {
  test('has the intercept first and then each column, in standard deviations', () => {
    expect(designRow(COLUMNS, { anyConflict: 0.5, closeness: 3 })).toEqual([1, 2, 0.5])
  })

  test('does not let one odd feature run away', () => {
    expect(designRow(COLUMNS, { closeness: 1e300, anyConflict: -1e300 })).toEqual([1, 5, -5])
  })
})

describe('a prediction', () => {
  test('lies above its lower bound, and both are probabilities', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(number, number, (closeness, anyConflict) => {
        const { mean, lowerBound } = predictHit(MODEL, designRow(COLUMNS, { closeness, anyConflict }))
        expect(mean).toBeGreaterThanOrEqual(0)
        expect(mean).toBeLessThanOrEqual(1)
        expect(lowerBound).toBeGreaterThanOrEqual(0)
        expect(lowerBound).toBeLessThanOrEqual(sigmoid(dot(MODEL.mean, designRow(COLUMNS, { closeness, anyConflict }))))
      }),
    )
  })

  test('is the mean over what the coefficients may be', () => {
    const random = createRandom(1)
    const model: HitModel = { columns: [], cosineFloor: 0, mean: [1.5], covariance: [[2]], boundDeviations: 1 }
    const draws = Array.from({ length: 50_000 }, () => sigmoid(1.5 + Math.sqrt(2) * normal(random)))
    const average = draws.reduce((sum, p) => sum + p, 0) / draws.length
    expect(predictHit(model, [1]).mean).toBeCloseTo(average, 1.7)
  })

  test.each([undefined, Number.NaN, Infinity])('is never right when a feature is %s', (closeness) => {
    const features = closeness === undefined ? { anyConflict: 0 } : { closeness, anyConflict: 0 }
    expect(predictHit(MODEL, designRow(COLUMNS, features))).toEqual({ mean: 0, lowerBound: 0 })
  })

  test('has a bound above the truth no more often than it says', () => {
    const random = createRandom(2)
    const truth = [1, 1.5, -1]
    const probe = [1, 0.8, -0.5]
    const above = Array.from({ length: 300 }, () => {
      const posterior = fitLogistic({ rows: drawRows(truth, 200, random), priorPrecision: [0.04, 0.25, 0.25] })
      const { lowerBound } = predictHit(
        { ...posterior, columns: COLUMNS, cosineFloor: 0, boundDeviations: 1.645 },
        probe,
      )
      return lowerBound > sigmoid(dot(truth, probe))
    })
    expect(above.filter(Boolean).length / above.length).toBeLessThan(0.08)
  })
})
