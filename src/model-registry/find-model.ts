import { distance } from 'fastest-levenshtein'
import type { Manifest, ManifestModel } from './manifest.js'
import { ModelError } from './model-error.js'

/** @throws ModelError that names the nearest model and all others */
export function findModel(manifest: Manifest, name: string): ManifestModel {
  const found = manifest.models.find((model) => model.name === name)
  if (found !== undefined) return found
  const names = manifest.models.map((model) => model.name)
  const near = nearest(name, names)
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`
  throw new ModelError(
    'unknown-model',
    `There is no model "${name.slice(0, 100)}".${hint} The models are ${names.join(', ')}.`,
  )
}

/** Like it in spelling, or a part of it: `minilm` is meant for `all-MiniLM-L6-v2`. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const wanted = name.slice(0, 100).toLowerCase()
  const ranked = names
    .map((candidate) => {
      const lower = candidate.toLowerCase()
      const isPart = wanted.length >= 3 && (lower.includes(wanted) || wanted.includes(lower))
      return { candidate, edits: isPart ? 0 : distance(wanted, lower) }
    })
    .toSorted((a, b) => a.edits - b.edits)
  const [best] = ranked
  return best !== undefined && best.edits <= best.candidate.length / 3 ? best.candidate : undefined
}
