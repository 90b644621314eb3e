import type { ModelSpec, PriceBand } from '../core/model-spec.js'
import { type PriceList, vendorOf } from './price-list.js'
import type { ShippedModel } from './shipped-models.js'

/** What the catalogue needs to know of a configured provider. */
export interface CatalogueProvider {
  readonly name: string
  readonly type: 'anthropic' | 'gemini' | 'openai' | 'simulator'
  /** True when it talks to the vendor's own address. */
  readonly official: boolean
  /** Only these models; empty: all that the vendor is known to sell. */
  readonly models: readonly string[]
}

/** A model added or overridden by configuration. */
export interface ConfiguredModel {
  readonly id: string
  readonly provider?: string | undefined
  readonly upstreamName?: string | undefined
  readonly contextTokens?: number | undefined
  readonly maxOutputTokens?: number | undefined
  readonly capabilities?: readonly string[] | undefined
  readonly price?: PriceBand | undefined
}

const VENDOR_TYPES: Readonly<Record<string, CatalogueProvider['type']>> = {
  anthropic: 'anthropic',
  openai: 'openai',
  google: 'gemini',
}

const SIMULATED: readonly ShippedModel[] = [
  {
    id: 'sim-small',
    provider: 'simulator',
    contextTokens: 128_000,
    maxOutputTokens: 8192,
    capabilities: ['tools', 'vision', 'json-schema'],
    prices: [{ inputPerMTok: 0.1, outputPerMTok: 0.5 }],
    tier: 'cheap',
  },
  {
    id: 'sim-large',
    provider: 'simulator',
    contextTokens: 128_000,
    maxOutputTokens: 8192,
    capabilities: ['tools', 'vision', 'json-schema', 'reasoning'],
    prices: [{ inputPerMTok: 2, outputPerMTok: 10 }],
    tier: 'strong',
  },
]

/**
 * The models the gateway offers, in a stable order: those the enabled providers are known to serve, then what the
 * configuration adds or overrides. Two providers of one vendor: the first configured serves the bare name.
 */
export function buildCatalogue(
  shipped: readonly ShippedModel[],
  providers: readonly CatalogueProvider[],
  configured: readonly ConfiguredModel[],
  listPrices: PriceList = () => undefined,
): readonly ModelSpec[] {
  const specs = new Map<string, ModelSpec>()
  for (const provider of providers) {
    for (const spec of modelsOf(provider, shipped, listPrices)) {
      if (!specs.has(spec.id)) specs.set(spec.id, spec)
    }
  }
  for (const model of configured) {
    const spec = configuredSpec(model, specs.get(model.id), providers, listPrices)
    if (spec !== undefined) specs.set(spec.id, spec)
  }
  return [...specs.values()]
}

function modelsOf(
  provider: CatalogueProvider,
  shipped: readonly ShippedModel[],
  listPrices: PriceList,
): readonly ModelSpec[] {
  const rows = provider.type === 'simulator' ? SIMULATED : shipped.filter((row) => sells(provider, row))
  if (provider.models.length === 0) return rows.map((row) => shippedSpec(row, provider.name))
  return provider.models.map((id) => {
    const row = rows.find((candidate) => candidate.id === id) ?? shipped.find((candidate) => candidate.id === id)
    if (row !== undefined) {
      const isResold = row.provider !== 'simulator' && row.provider !== vendorOf(provider)
      return { ...shippedSpec(row, provider.name), ...(isResold && { isResold }) }
    }
    const prices = listPrices(provider.name, id)
    return { id, provider: provider.name, upstreamName: id, ...(prices !== undefined && { prices }), listed: true }
  })
}

/** A server that only speaks OpenAI's dialect (vLLM, Ollama …) does not serve OpenAI's models, unless it is named so. */
function sells(provider: CatalogueProvider, row: ShippedModel): boolean {
  if (VENDOR_TYPES[row.provider] !== provider.type) return false
  return provider.official || provider.name === row.provider
}

function shippedSpec(row: ShippedModel, provider: string): ModelSpec {
  return {
    id: row.id,
    provider,
    upstreamName: row.id,
    ...(row.contextTokens !== undefined && { contextTokens: row.contextTokens }),
    ...(row.maxOutputTokens !== undefined && { maxOutputTokens: row.maxOutputTokens }),
    capabilities: row.capabilities,
    prices: row.prices,
    ...(row.tier !== undefined && { tier: row.tier }),
    listed: true,
  }
}

function configuredSpec(
  model: ConfiguredModel,
  known: ModelSpec | undefined,
  providers: readonly CatalogueProvider[],
  listPrices: PriceList,
): ModelSpec | undefined {
  const provider = model.provider ?? known?.provider ?? (providers.length === 1 ? providers[0]?.name : undefined)
  if (provider === undefined || !providers.some((candidate) => candidate.name === provider)) return undefined
  const contextTokens = model.contextTokens ?? known?.contextTokens
  const maxOutputTokens = model.maxOutputTokens ?? known?.maxOutputTokens
  const capabilities = model.capabilities ?? known?.capabilities
  const upstreamName = model.upstreamName ?? known?.upstreamName ?? model.id
  const isKnown = known?.provider === provider && known.upstreamName === upstreamName
  const prices = model.price === undefined ? pricesOf() : [model.price]
  return {
    id: model.id,
    provider,
    upstreamName,
    ...(contextTokens !== undefined && { contextTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(capabilities !== undefined && { capabilities }),
    ...(prices !== undefined && { prices }),
    ...(model.price === undefined && isKnown && known.isResold && { isResold: true as const }),
    ...(known?.tier !== undefined && { tier: known.tier }),
    listed: true,
  }

  /** The same id may stand for another model now, or for one at another provider. */
  function pricesOf() {
    return isKnown ? known.prices : listPrices(provider ?? '', upstreamName)
  }
}
