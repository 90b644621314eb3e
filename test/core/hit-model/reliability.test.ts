import { expect, test } from 'vitest'
import { reliability } from '../../../src/core/hit-model/reliability.js'
import { wilsonInterval } from '../../../src/core/hit-model/wilson-interval.js'

test.each([
  // R: prop.test(x, n, correct = FALSE)
  [0, 10, 0, 0.2775],
  [5, 10, 0.2366, 0.7634],
  [10, 10, 0.7225, 1],
  [3, 200, 0.0051, 0.0432],
])('%i of %i has the interval of Wilson', (successes, trials, low, high) => {
  const interval = wilsonInterval(successes, trials)
  expect(interval.low).toBeCloseTo(low, 3)
  expect(interval.high).toBeCloseTo(high, 3)
})

test('of nothing the interval is everything', () => {
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 })
})

test('predictions are put beside what was seen, by tenths', () => {
  const judged = [0.05, 0.95, 0.97, 1].map((predicted) => ({ predicted, isRight: predicted > 0.96 }))
  const bands = reliability(judged)
  expect(bands).toHaveLength(10)
  expect(bands[0]).toMatchObject({ from: 0, to: 0.1, rows: 1, predicted: 0.05, observed: 0 })
  expect(bands[5]).toMatchObject({ rows: 0, predicted: 0, observed: 0, interval: { low: 0, high: 1 } })
  expect(bands[9]).toMatchObject({ from: 0.9, to: 1, rows: 3, observed: 2 / 3 })
  expect(bands[9]?.predicted).toBeCloseTo(0.9733, 4)
})
