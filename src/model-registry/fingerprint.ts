import { createHash } from 'node:crypto'
import type { ManifestModel, ModelFile } from './manifest.js'

/** To be raised when our own code (tokenising, fitting long texts, pooling) makes other vectors of the same files. */
const RECIPE = 2

/** Roles whose bytes change what comes out. */
const ROLES_THAT_COUNT: readonly ModelFile['role'][] = ['onnx', 'tokenizer', 'tokenizer-config']

/**
 * 16 hexadecimal digits that stand for everything that changes what a model puts out. Vectors of two fingerprints must
 * never be compared. A new name or description alone leaves it as it is.
 */
export function fingerprint(model: ManifestModel): string {
  const hashes = ROLES_THAT_COUNT.map((role) => model.files.find((file) => file.role === role)?.sha256 ?? null)
  return createHash('sha256')
    .update(JSON.stringify([RECIPE, hashes, settings(model)]))
    .digest('hex')
    .slice(0, 16)
}

function settings(model: ManifestModel): readonly unknown[] {
  if (model.kind === 'verifier') return [model.input, model.output, model.features]
  if (model.kind === 'classifier') return [model.input, model.output, model.features, model.words ?? null]
  const { dimension, maxTokens, pooling, normalise, output, prefix, longText } = model
  return [dimension, maxTokens, pooling, normalise, output, prefix, longText]
}
