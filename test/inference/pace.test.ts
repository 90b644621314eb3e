import { expect, test } from 'vitest'
import { Pace } from '../../src/inference/pace.js'

test('a pace is that of the last batches, not of the first ones', () => {
  const pace = new Pace()
  for (let batch = 0; batch < 100; batch += 1) pace.record(1000, 10)
  expect(pace.tokensIn(4)).toBeCloseTo(400, 0)
  for (let batch = 0; batch < 50; batch += 1) pace.record(100, 10)
  expect(pace.tokensIn(4)).toBeGreaterThan(35)
  expect(pace.tokensIn(4)).toBeLessThan(60)
})

test('a batch that took no time breaks nothing', () => {
  const pace = new Pace()
  for (let batch = 0; batch < 1000; batch += 1) pace.record(10, 0)
  expect(pace.tokensIn(4)).toBeGreaterThan(0)
  expect(pace.tokensIn(4)).not.toBeNaN()
})
