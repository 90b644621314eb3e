import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PAIR_FEATURES } from '../../src/core/pair-features.js'
import { loadScorer } from '../../workers/scorer.js'
import { shippedModels } from '../support/shipped-models.js'
import { openGate } from './support/model-folder.js'

interface Fixture {
  readonly names: readonly string[]
  readonly cases: readonly {
    readonly a: string
    readonly b: string
    readonly features: readonly number[]
    readonly probability: number
  }[]
}

/** Written by `train_verifier.py --fixture`: rows of features and what Python makes of them. */
const FIXTURE: Fixture = JSON.parse(
  readFileSync(new URL('../fixtures/models/verifier/cases.json', import.meta.url), 'utf8'),
)

test('ONNX Runtime gives the probabilities that the training code gives, to 1e-4', async () => {
  const { verifier } = await shippedModels()
  if (verifier === null) throw new Error('no verifier is shipped')
  expect(verifier.features).toEqual(FIXTURE.names)
  const scorer = await loadScorer(verifier, { field: 'verifier', known: PAIR_FEATURES }, openGate)
  const rows = FIXTURE.cases.map(({ features }) =>
    Object.fromEntries(FIXTURE.names.map((name, column) => [name, features[column] ?? Number.NaN])),
  )
  const probabilities = await scorer.score(rows)
  for (const [index, { a, b, probability }] of FIXTURE.cases.entries())
    expect(Math.abs((probabilities[index] ?? Number.NaN) - probability), `${a} / ${b}`).toBeLessThan(1e-4)
})
