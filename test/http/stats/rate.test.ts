import { expect, test } from 'vitest'
import { Rate } from '../../../src/http/stats/rate.js'

test('a rate is over the last ten seconds, or since the start', () => {
  let count = 0
  const rate = new Rate(() => count)
  expect(rate.perSecond).toBe(0)
  count = 30
  rate.tick()
  expect(rate.perSecond).toBe(30)
  for (let second = 0; second < 9; second++) rate.tick()
  expect(rate.perSecond).toBe(3)
  rate.tick()
  expect(rate.perSecond).toBe(0)
})
