import fc from 'fast-check'
import { expect, test } from 'vitest'
import { candidateFeatures } from '../../../src/core/hit-model/candidate-features.js'
import { pairFeatures } from '../../../src/core/pair-features.js'

const featuresOf = (a: string, b: string, given: { cosine: number; rivalCosine?: number; verified?: number }) =>
  candidateFeatures({
    cosine: given.cosine,
    rivalCosine: given.rivalCosine ?? null,
    verified: given.verified ?? null,
    pair: pairFeatures(a, b, given.cosine),
  })

test('all features are finite for any texts, cosines and probabilities', () => {
  const cosine = fc.double({ min: -1, max: 1.0001, noNaN: true })
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      cosine,
      cosine,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (a, b, x, y, p) => {
        const features = featuresOf(a, b, { cosine: x, rivalCosine: y, verified: p })
        for (const value of Object.values(features)) expect(Number.isFinite(value)).toBe(true)
      },
    ),
  )
})

test('closeness grows with the cosine, fastest where texts are nearly the same', () => {
  const closeness = (cosine: number): number => featuresOf('a', 'b', { cosine }).closeness
  expect(closeness(0.6) - closeness(0.5)).toBeLessThan(closeness(0.99) - closeness(0.89))
  expect(closeness(1)).toBeCloseTo(-Math.log(0.02), 9)
})

test('the margin is the distance to the rival, and as wide as can be without one', () => {
  const margin = (rivalCosine?: number): number =>
    featuresOf('a', 'b', rivalCosine === undefined ? { cosine: 0.9 } : { cosine: 0.9, rivalCosine }).margin
  expect(margin(0.8)).toBeCloseTo(0.1, 9)
  expect(margin(0.9)).toBe(0)
  expect(margin(-1)).toBe(margin(undefined))
})

test('the verifier counts by its log-odds, within limits, and not at all when there is none', () => {
  const verifier = (verified?: number): number =>
    featuresOf('a', 'b', verified === undefined ? { cosine: 0.9 } : { cosine: 0.9, verified }).verifierLogOdds
  expect(verifier(0.5)).toBe(0)
  expect(verifier(0.9)).toBeCloseTo(Math.log(9), 9)
  expect([verifier(0), verifier(1)]).toEqual([-6, 6])
  expect(verifier(undefined)).toBe(0)
})
