import { type PriceBand, pricesOfSpec } from '../core/model-spec.js'
import type { ModelDirectory } from './resolve-model.js'

/**
 * What an answer of this model, by its id, is paid with at this provider, or at the one that lists it. Undefined: not known.
 */
export function billedPrices(
  { byId, listPrices }: ModelDirectory,
  model: string,
  provider?: string,
): readonly PriceBand[] | undefined {
  const listed = byId.get(model)
  if (listed !== undefined && (provider === undefined || listed.provider === provider)) {
    return pricesOfSpec(listed)
  }
  if (provider === undefined) return undefined
  return listPrices(provider, model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model)
}
