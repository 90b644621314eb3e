import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { measureBands } from '../../bench/routing/share-bands.js'
import { packageRoot } from '../../src/package-root.js'

/** So many calls, three of ten strong. */
const even = (count: number): boolean[] => Array.from({ length: count }, (_, at) => at % 10 < 3)

test('an even stream is in all bands', () => {
  expect(measureBands(even(10_000), 0.3, [0, 5000])).toEqual({
    of5000: [0.3, 0.3],
    of1000: Array(10).fill(0.3),
    farthestOf5000: 0,
    backInBandAfter: [0, 0],
  })
})

test('a lapse after a change shows in its window, and in how long it takes to be over', () => {
  const calls = [...even(5000), ...Array<boolean>(200).fill(true), ...even(4800)]
  const bands = measureBands(calls, 0.3, [0, 5000])
  expect(bands.of1000[5]).toBeCloseTo(0.44, 10)
  expect(bands.of5000[1]).toBeCloseTo(0.328, 10)
  expect(bands.farthestOf5000).toBeCloseTo(0.028, 3)
  expect(bands.backInBandAfter[0]).toBe(0)
  // From there on a window holds fewer than 72 of the 200: 50 too many of 1,000 would be 5 points.
  expect(bands.backInBandAfter[1]).toBeGreaterThan(110)
  expect(bands.backInBandAfter[1]).toBeLessThan(150)
})

test('the script sends the shipped mixes through a real gateway', async () => {
  const script = join(packageRoot(), 'dist/bench/routing-share.js')
  // So few requests may miss the bands, which makes it fail after it has said so.
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--requests', '1002']).catch((error) => error)
  expect(stdout).toMatch(
    /^Target: 30\.0 % strong calls; 1002 requests, \d+ could not be scored in time, 0 were decided/,
  )
  expect(stdout).toMatch(/\neach 1,000: \d+\.\d %: \d\.\d\d points off at most/)
}, 120_000)
