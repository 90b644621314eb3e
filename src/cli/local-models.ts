import { localModelSpec } from '../catalogue/local-model.js'
import type { ModelSpec } from '../core/model-spec.js'
import { readManifest } from '../model-registry/manifest.js'
import { packageRoot } from '../package-root.js'

/** Rows of all embedders a gateway may serve itself, installed or not: names that a configuration may point to. */
export function localModels(): readonly ModelSpec[] {
  return readManifest(packageRoot()).models.flatMap((model) =>
    model.kind === 'embedder' ? [localModelSpec({ ...model, id: model.name, dimensions: model.dimensions ?? [] })] : [],
  )
}
