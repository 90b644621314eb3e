import { findUnknownModels } from '../catalogue/find-unknown-models.js'
import type { ModelDirectory } from '../catalogue/resolve-model.js'
import { formatPath } from '../config/config-path.js'
import type { Config } from '../config/schema.js'

/** What only shows when the configuration meets the catalogue: names of models that lead nowhere. */
export function modelWarnings(config: Config, directory: ModelDirectory): readonly string[] {
  return findUnknownModels(config, directory).map(({ path, name, near }) => {
    const kind = path[1] === 'auto' ? 'no listed chat model' : 'no model'
    const hint = near.length === 0 ? '' : ` Did you mean ${near.map((candidate) => `"${candidate}"`).join(', ')}?`
    return `${formatPath(path)} names "${name}", but ${kind} of the providers that are on is called so.${hint}`
  })
}
