import { expect, test } from 'vitest'
import { choosePrior } from '../../src/cache/choose-prior.js'
import { readPriorFile, shippedPriorFile } from '../../src/cache/prior-file.js'
import { assessCandidate } from '../../src/core/hit-model/assess-candidate.js'
import type { HitModel } from '../../src/core/hit-model/hit-model.js'
import { pairFeatures } from '../../src/core/pair-features.js'
import { fingerprint } from '../../src/model-registry/fingerprint.js'
import { readManifest } from '../../src/model-registry/manifest.js'
import { packageRoot } from '../../src/package-root.js'

const root = packageRoot()
const { models } = readManifest(root)

function fingerprintOf(kind: string): string | null {
  const model = models.find((candidate) => candidate.kind === kind && candidate.origin.kind === 'bundled')
  return model === undefined ? null : fingerprint(model)
}

function shipped(embedder: string, verifier: string | null): { readonly kind: string; readonly model: HitModel } {
  const file = readPriorFile(shippedPriorFile(root))
  const chosen = choosePrior({ files: file === undefined ? [] : [file], embedder, verifier })
  if (chosen === undefined) throw new Error('No prior is shipped.')
  return chosen
}

function boundOf(model: HitModel, a: string, b: string, given: { cosine: number; verified: number | null }): number {
  const pair = pairFeatures(a, b, given.cosine)
  const assessment = assessCandidate(model, { ...given, rivalCosine: null, pair })
  return assessment.kind === 'guarded' ? 0 : assessment.lowerBound
}

test('the shipped prior was fitted with the shipped embedder, with the shipped verifier and without one', () => {
  const embedder = fingerprintOf('embedder') ?? ''
  // When this fails a model was changed: fit the prior anew as models/README.md says.
  expect(shipped(embedder, fingerprintOf('verifier')).kind).toBe('fitted')
  expect(shipped(embedder, null).kind).toBe('fitted')
})

test('what is nearer, and what the verifier believes more, is never believed less', () => {
  const { model } = shipped(fingerprintOf('embedder') ?? '', fingerprintOf('verifier'))
  const bound = (cosine: number, verified: number): number =>
    boundOf(model, 'How do I reset my password?', 'how can i change a password', { cosine, verified })
  expect(bound(0.95, 0.9)).toBeGreaterThan(bound(0.8, 0.9))
  expect(bound(0.9, 0.95)).toBeGreaterThan(bound(0.9, 0.5))
})

test('an embedder that nobody calibrated gets a prior that is clearly less sure', () => {
  const known = shipped(fingerprintOf('embedder') ?? '', fingerprintOf('verifier'))
  const unknown = shipped('0123456789abcdef', fingerprintOf('verifier'))
  expect(unknown.kind).toBe('fallback')
  const bound = ({ model }: { readonly model: HitModel }): number =>
    boundOf(model, 'How do I reset my password?', 'how can i change a password', { cosine: 0.93, verified: 0.9 })
  expect(bound(unknown)).toBeLessThan(bound(known) - 0.02)
})
