import { packageRoot } from '../../src/package-root.js'
import { tinyClassifier, tinyEmbedder, tinyVerifier } from '../support/tiny-models.js'

/** The thread of the build, with small real networks. */
export const REAL_THREAD = `${packageRoot()}dist/workers/inference.js`

export function realSetup() {
  return { embedder: tinyEmbedder(), classifier: tinyClassifier(), verifier: tinyVerifier() }
}
