import type { PriceBand } from '../core/model-spec.js'
import type { CatalogueProvider } from './build-catalogue.js'
import { olderPrices } from './older-prices.js'
import type { ShippedModel, Vendor } from './shipped-models.js'

/** List prices of a model by the name of the provider that serves it; undefined: not known. */
export type PriceList = (provider: string, upstreamName: string) => readonly PriceBand[] | undefined

export function createPriceList(shipped: readonly ShippedModel[], providers: readonly CatalogueProvider[]): PriceList {
  const vendors = new Map(providers.map((provider) => [provider.name, vendorOf(provider)]))
  return (provider, upstreamName) => {
    const vendor = vendors.get(provider)
    if (vendor === undefined) return undefined
    const names = [upstreamName, upstreamName.replace(SNAPSHOT, '')]
    const row = shipped.find(({ id, provider: sells }) => sells === vendor && names.includes(id))
    return row?.prices ?? olderPrices(vendor, upstreamName)
  }
}

/** Vendors sell a model of a certain day under its name and the date, at the same price. */
const SNAPSHOT = /-(?:\d{8}|\d{4}-\d\d-\d\d)$/

/**
 * Whose prices a provider charges. Anthropic's and Google's formats are their own, so what speaks them and knows the
 * model passes their prices on; OpenAI's is spoken by everybody, and only counts where it is OpenAI's address or name.
 */
export function vendorOf({ name, official, type }: CatalogueProvider): Vendor | undefined {
  switch (type) {
    case 'anthropic':
      return 'anthropic'
    case 'gemini':
      return 'google'
    case 'openai':
      return official || name === 'openai' ? 'openai' : undefined
    case 'simulator':
      return undefined
  }
}
