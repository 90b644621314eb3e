import { expect, test } from 'vitest'
import { scoreColumns } from '../../src/page/charts/score-columns.js'

const WINDOW = { from: 100, to: 220, threshold: 0.3 }

test('scores stand in the column of their model, in order of time, and the threshold goes through', () => {
  const routes = [
    { atEpochMs: 150_000, score: 0.5, threshold: 0.25, selected: 'big', isStrong: true, reason: 'score' },
    { atEpochMs: 120_000, score: 0.1, threshold: null, selected: 'small', isStrong: false, reason: 'strategy' },
  ] as const
  expect(scoreColumns(routes, WINDOW)).toEqual({
    times: [100, 120, 150, 220],
    cheap: [null, 0.1, null, null],
    strong: [null, null, 0.5, null],
    thresholds: [0.3, 0.3, 0.25, 0.3],
  })
})

test('without a request there is the threshold', () => {
  expect(scoreColumns([], WINDOW)).toEqual({
    times: [100, 220],
    cheap: [null, null],
    strong: [null, null],
    thresholds: [0.3, 0.3],
  })
})
