import { readFileSync } from 'node:fs'
import type { ModelSpec, PriceBand } from '../core/model-spec.js'

/** Whose list prices hold. */
export type Vendor = 'anthropic' | 'openai' | 'google'

/** One row of `models/catalogue.json`: a model that is sold today, with limits and list prices. */
export interface ShippedModel {
  readonly id: string
  /** The vendor; of simulated models, the simulator. */
  readonly provider: Vendor | 'simulator'
  readonly contextTokens?: number
  readonly maxOutputTokens?: number
  readonly capabilities: readonly string[]
  readonly prices: readonly PriceBand[]
  readonly tier?: 'cheap' | 'strong'
}

type TierFactors = Readonly<Record<string, number>>

interface CatalogueFile {
  /** By vendor: what other tiers of service cost, as factors of the list prices. */
  readonly tierFactors: Readonly<Record<string, TierFactors>>
  readonly models: readonly (ShippedModel & { readonly tierFactors?: TierFactors })[]
}

/** Reads the shipped catalogue. It is our own file, checked by a test, so its shape is trusted here. */
export function readShippedModels(packageRoot: string): readonly ShippedModel[] {
  const file: CatalogueFile = JSON.parse(readFileSync(`${packageRoot}models/catalogue.json`, 'utf8'))
  return file.models.map(({ prices, tierFactors: own, ...model }) => {
    const tierFactors = { ...file.tierFactors[model.provider], ...own }
    return { ...model, prices: prices.map((band) => ({ ...band, tierFactors })) }
  })
}

/** Chat models and embedding models share the catalogue; only the former answer chats. */
export function isChatModel(model: Pick<ModelSpec, 'capabilities'>): boolean {
  return model.capabilities?.includes('embeddings') !== true
}
