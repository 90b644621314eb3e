import { PAIR_FEATURES } from '../src/core/pair-features.js'
import type { WorkerSetup } from '../src/inference/contract.js'
import type { NativeGate } from '../src/inference/native-gate.js'
import { type Classifier, loadClassifier } from './classifier.js'
import { type Embedder, loadEmbedder } from './embedder.js'
import { loadScorer, type Scorer } from './scorer.js'

export interface Models {
  readonly embedder: Embedder
  readonly classifier: Classifier | null
  readonly verifier: Scorer | null
}

/** Loads and warms everything a thread needs. @throws ModelLoadError that names the setting and the file */
export async function loadModels(setup: WorkerSetup, gate: NativeGate): Promise<Models> {
  const { classifier, verifier } = setup
  return {
    embedder: await loadEmbedder(setup.embedder, gate),
    classifier: classifier && (await loadClassifier(classifier, gate)),
    verifier: verifier && (await loadScorer(verifier, { field: 'verifier', known: PAIR_FEATURES }, gate)),
  }
}
