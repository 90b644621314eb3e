import type { PriceBand } from '../core/model-spec.js'
import type { ModelDirectory } from './resolve-model.js'

/** What an answer of this model, by its id, is paid with at this provider. Undefined: not known. */
export function billedPrices(
  { byId, listPrices }: ModelDirectory,
  provider: string,
  model: string,
): readonly PriceBand[] | undefined {
  const listed = byId.get(model)
  if (listed?.provider === provider) return listed.isResold ? undefined : listed.prices
  return listPrices(provider, model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model)
}
