import { expect, test } from 'vitest'
import { measureService } from '../../src/calibrate/measure-service.js'
import type { Predicted } from '../../src/calibrate/predict-all.js'
import { pairFeatures } from '../../src/core/pair-features.js'

let cluster = 0

function row(request: number, cosine: number, lowerBound: number | null, isRight: boolean): Predicted {
  const probability = lowerBound === null ? null : { mean: lowerBound, lowerBound }
  cluster += 1
  const pair = pairFeatures('a', 'b', cosine)
  const labels = { isRight, rightness: isRight ? 1 : 0, cluster, cachedCluster: 0 }
  return { request, cosine, rivalCosine: null, verified: null, pair, probability, ...labels }
}

test('each request is served once, by its best bound, if that is high enough', () => {
  const rows = [
    row(0, 0.9, 0.96, false),
    row(0, 0.8, 0.97, true),
    row(1, 0.99, null, false),
    row(2, 0.7, 0.95, false),
    row(3, 0.95, 0.9, true),
  ]
  const service = measureService(rows, 10, 0.05)
  expect(service).toMatchObject({ hits: 2, wrong: 1, servedShare: 0.2, wrongShare: 0.5 })
  expect(measureService(rows, 10, 0.02)).toMatchObject({ hits: 0, wrongShare: 0, servedShare: 0 })
})

test('beside it stands the longest cut on the nearest cosine with no more errors', () => {
  // Right, wrong, right, right: with a quarter wrong allowed the cut takes all four.
  const rows = [
    row(0, 0.9, 0.99, true),
    row(1, 0.8, 0.99, false),
    row(2, 0.7, 0.99, true),
    row(3, 0.6, 0.99, true),
    row(4, 0.5, null, false),
  ]
  expect(measureService(rows, 8, 0.05)).toMatchObject({ hits: 4, wrongShare: 0.25, cutShare: 0.5 })
})

test('a cut cannot part equal cosines', () => {
  const rows = [row(0, 0.9, 0.99, true), row(1, 0.9, null, false), row(2, 0.8, null, false)]
  expect(measureService(rows, 3, 0.05)).toMatchObject({ hits: 1, wrongShare: 0, cutShare: 0 })
})
