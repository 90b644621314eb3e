import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitLogistic, type LabelledRow } from '../../../src/core/hit-model/fit-logistic.js'
import { sigmoid } from '../../../src/core/hit-model/log-odds.js'
import { decompose, dot, quadratic, trace } from '../../../src/core/hit-model/symmetric-matrix.js'
import { createRandom, drawRows, normal } from './random-rows.js'

const TRUTH = [-1, 2, -0.5, 0]
const WEAK = TRUTH.map(() => 0.1)

describe('a logistic fit', () => {
  test('finds the coefficients that made the labels', () => {
    const { mean } = fitLogistic({ rows: drawRows(TRUTH, 20_000, createRandom(1)), priorPrecision: WEAK })
    TRUTH.forEach((value, i) => {
      expect(mean[i]).toBeCloseTo(value, 0.9)
    })
  })

  test('gives intervals that hold the truth about as often as they say', () => {
    const random = createRandom(2)
    const covered = Array.from({ length: 200 }, () => {
      const { mean, covariance } = fitLogistic({ rows: drawRows(TRUTH, 400, random), priorPrecision: WEAK })
      return TRUTH.map((value, i) => Math.abs((mean[i] ?? 0) - value) < 1.96 * Math.sqrt(covariance[i]?.[i] ?? 0))
    }).flat()
    const share = covered.filter(Boolean).length / covered.length
    expect(share).toBeGreaterThan(0.92)
    expect(share).toBeLessThan(0.99)
  })

  test('is as unsure after ten copies of each row as after one, if they are one cluster', () => {
    const rows = drawRows(TRUTH, 500, createRandom(3))
    const copies = rows.flatMap((row) => Array.from({ length: 10 }, () => row))
    const weak = TRUTH.map(() => 1e-6)
    const once = fitLogistic({ rows, priorPrecision: weak })
    const clustered = fitLogistic({ rows: copies, priorPrecision: weak })
    const naive = fitLogistic({ rows: copies.map((row, cluster) => ({ ...row, cluster })), priorPrecision: weak })
    expect(trace(clustered.covariance) / trace(once.covariance)).toBeGreaterThan(0.8)
    expect(trace(clustered.covariance) / trace(once.covariance)).toBeLessThan(1.25)
    expect(trace(naive.covariance) / trace(once.covariance)).toBeLessThan(0.15)
  })

  test('holds the truth too when clusters share a whim of their own', () => {
    const random = createRandom(4)
    const covered = Array.from({ length: 150 }, () => {
      const rows = Array.from({ length: 60 }, (_, cluster) => {
        const whim = normal(random)
        return Array.from({ length: 8 }, (): LabelledRow => {
          return { values: [1], label: random() < sigmoid(whim) ? 1 : 0, cluster }
        })
      }).flat()
      const { mean, covariance } = fitLogistic({ rows, priorPrecision: [0.01] })
      return Math.abs(mean[0] ?? 0) < 1.96 * Math.sqrt(covariance[0]?.[0] ?? 0)
    })
    expect(covered.filter(Boolean).length / covered.length).toBeGreaterThan(0.9)
  })

  test('stays finite, and unsure, where the labels can be told apart completely', () => {
    const rows = [-2, -1, 1, 2].map((x, cluster): LabelledRow => {
      return { values: [1, x], label: x > 0 ? 1 : 0, cluster }
    })
    const { mean, covariance } = fitLogistic({ rows, priorPrecision: [0.04, 0.25] })
    expect(mean.every(Number.isFinite)).toBe(true)
    expect(mean[1]).toBeGreaterThan(0.5)
    expect(mean[1]).toBeLessThan(10)
    expect(covariance[1]?.[1]).toBeGreaterThan(0.5)
  })

  test('takes columns that repeat each other, never vary, or differ in size by orders of magnitude', () => {
    const random = createRandom(5)
    const rows = drawRows([0, 1], 300, random).map((row) => {
      const x = row.values[1] ?? 0
      return { ...row, values: [1, x, x, 0, 3, 1e6 * x, 1e-6 * x] }
    })
    const { mean, covariance } = fitLogistic({ rows, priorPrecision: rows[0]?.values.map(() => 1) ?? [] })
    expect(mean.every(Number.isFinite)).toBe(true)
    expect(covariance.flat().every(Number.isFinite)).toBe(true)
    expect(decompose(covariance).values.every((value) => value > -1e-9)).toBe(true)
  })

  test('is, for any labels, finite and has a covariance that is positive', () => {
    const row = fc.record({
      values: fc.tuple(
        fc.constant(1),
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
      ),
      label: fc.constantFrom(0 as const, 1 as const),
      cluster: fc.integer({ min: 0, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), row, (rows, probe) => {
        const { mean, covariance } = fitLogistic({ rows, priorPrecision: [0.04, 0.25, 0.25] })
        expect(Number.isFinite(dot(mean, probe.values))).toBe(true)
        expect(quadratic(covariance, probe.values)).toBeGreaterThan(0)
      }),
      { numRuns: 200 },
    )
  })

  test('says which rows it cannot take', () => {
    const bad = [[1, Number.NaN], [1, Infinity], [1]]
    for (const values of bad) {
      const rows = [{ values, label: 1 as const, cluster: 0 }]
      expect(() => fitLogistic({ rows, priorPrecision: [1, 1] })).toThrow(/2 finite values/)
    }
  })
})
