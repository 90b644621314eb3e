import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatScores, toScore } from '../../src/routing/score.js'

test.each([
  [0.41, 0.28, '0.41', '0.28'],
  [0.5, 0.5, '0.50', '0.50'],
  [0.496, 0.5, '0.496', '0.500'],
  [0.4996, 0.5, '0.4996', '0.5000'],
  [0.5004, 0.5003, '0.50', '0.50'],
  [1, 0, '1.00', '0.00'],
])('%d against %d', (score, threshold, shownScore, shownThreshold) => {
  expect(formatScores(score, threshold)).toEqual({ score: shownScore, threshold: shownThreshold })
})

test('what is shown never contradicts what was decided', () => {
  const value = fc.double({ min: 0, max: 1, noNaN: true }).map(toScore)
  const near = fc
    .tuple(value, fc.integer({ min: -120, max: 120 }))
    .map(([a, b]) => [a, toScore(a + b / 10_000)] as const)
  fc.assert(
    fc.property(near, ([score, threshold]) => {
      const shown = formatScores(score, threshold)
      expect(Number(shown.score) >= Number(shown.threshold)).toBe(score >= threshold)
    }),
    { numRuns: 5000 },
  )
})
