import { expect, test } from 'vitest'
import { createRollingCounts } from '../../src/attempts/rolling-counts.js'

test('what is older than the window is forgotten, slice by slice', () => {
  const counts = createRollingCounts(['calls', 'failures'], 1000)
  for (let ms = 0; ms < 1000; ms += 50) {
    counts.add('calls', ms)
    if (ms === 150) counts.add('failures', ms)
  }
  expect([counts.count('calls', 999), counts.count('failures', 999)]).toEqual([20, 1])
  expect([counts.count('calls', 1250), counts.count('failures', 1250)]).toEqual([14, 0])
  expect(counts.count('calls', 60_000)).toBe(0)
  counts.add('calls', 60_000)
  expect(counts.count('calls', 60_001)).toBe(1)
})
