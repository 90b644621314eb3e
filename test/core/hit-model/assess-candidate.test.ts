import { expect, test } from 'vitest'
import { type Assessment, assessCandidate } from '../../../src/core/hit-model/assess-candidate.js'
import type { HitModel } from '../../../src/core/hit-model/hit-model.js'
import { SAME_PRIORS } from '../../../src/core/hit-model/same-reading.js'
import { pairFeatures } from '../../../src/core/pair-features.js'

const MODEL: HitModel = {
  columns: [{ name: 'closeness', centre: 2, scale: 0.5 }],
  cosineFloor: 0.7,
  mean: [2, 1],
  covariance: [
    [0.1, 0],
    [0, 0.1],
  ],
  boundDeviations: 1,
}

function assess(a: string, b: string, cosine: number): Assessment {
  return assessCandidate(MODEL, { cosine, rivalCosine: null, verified: null, pair: pairFeatures(a, b, cosine) })
}

test.each([
  ['How do I reset my password?', 'HOW CAN I  RESET MY PASSWORD'],
  ['What is the capital of France?', "what's the capital of france"],
  ['Please convert 10 km to miles.', 'convert 10 km to miles'],
])('"%s" reads the same as "%s": decided by the record of such pairs', (a, b) => {
  const assessment = assess(a, b, 0.6)
  expect(assessment).toMatchObject({ kind: 'same-reading' })
  if (assessment.kind === 'guarded') return
  expect(assessment.lowerBound).toBeGreaterThan(0.95)
  expect(assessment.mean).toBeGreaterThan(assessment.lowerBound)
})

test.each([
  ['What is an INTP-A?', 'What is an INTP?'],
  ['What is the name of the ~ symbol?', 'What is the name of the ✢ symbol?'],
  ['What is -3 times 4?', 'What is 3 times 4?'],
])('"%s" does not read the same as "%s"', (a, b) => {
  expect(assess(a, b, 0.9).kind).not.toBe('same-reading')
})

test.each([null, 0.35])(
  'prompts that mean the same are decided by their record where the next rival is at %s',
  (rival) => {
    const [a, b] = ['How do I freeze fresh herbs?', "I'd like to freeze fresh herbs"]
    const candidate = { cosine: 0.6, rivalCosine: rival, verified: null, pair: pairFeatures(a, b, 0.6) }
    const assessment = assessCandidate(MODEL, candidate)
    expect(assessment).toMatchObject({ kind: 'same-meaning' })
    if (assessment.kind === 'guarded') return
    expect(assessment.lowerBound).toBeGreaterThan(0.95)
    const doubted = { right: 20, wrong: 20 }
    const after = assessCandidate(MODEL, candidate, { sameReading: SAME_PRIORS.sameReading, sameMeaning: doubted })
    expect(after).toMatchObject({ kind: 'same-meaning', mean: 0.5 })
  },
)

test('a near rival leaves prompts that mean the same to the model', () => {
  const [a, b] = ['How do I freeze fresh herbs?', "I'd like to freeze fresh herbs"]
  const candidate = { cosine: 0.9, rivalCosine: 0.88, verified: null, pair: pairFeatures(a, b, 0.9) }
  expect(assessCandidate(MODEL, candidate).kind).toBe('assessed')
})

test('a rewording gets a probability, its bound, and the row to learn from', () => {
  const assessment = assess('How do I reset my password?', 'I forgot my password, how can I reset it', 0.93)
  expect(assessment).toMatchObject({ kind: 'assessed', row: [1, expect.any(Number)] })
  if (assessment.kind !== 'assessed') return
  expect(assessment.mean).toBeGreaterThan(assessment.lowerBound)
  expect(assessment.lowerBound).toBeGreaterThan(0.8)
})

test.each([
  ['enable 2FA', 'disable 2FA'],
  ['convert 10 km to miles', 'convert 100 km to miles'],
  ['how to boil eggs', 'how not to boil eggs'],
  ['delete a message', 'delete all messages'],
  ['raise the limit to 5', 'raise the limit by 5'],
])('"%s" is never answered by "%s", however near', (a, b) => {
  expect(assess(a, b, 1)).toEqual({ kind: 'guarded', guard: 'conflict' })
})

test('the same words in another order are another question', () => {
  const guarded = { kind: 'guarded', guard: 'reordered' }
  expect(assess('Is every square a rectangle?', 'Is every rectangle a square?', 1)).toEqual(guarded)
})

test.each([0.69, -1, Number.NaN])('a cosine of %s is too far', (cosine) => {
  expect(assess('how do I boil eggs', 'how long should I boil eggs', cosine)).toEqual({ kind: 'guarded', guard: 'far' })
})
