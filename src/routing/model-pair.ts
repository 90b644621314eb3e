import type { ModelSpec, PriceBand } from '../core/model-spec.js'

export type Tier = 'cheap' | 'strong'

/** The two models that `auto` chooses between; they may be one and the same. */
export type ModelPair = Readonly<Record<Tier, ModelSpec>>

/** By id; null: chosen by price. */
export type ConfiguredPair = Readonly<Record<Tier, string | null>>

/** Undefined: there are not two models, or not one, whose price is known. */
export function choosePair(configured: ConfiguredPair, candidates: readonly ModelSpec[]): ModelPair | undefined {
  const cheap = named(configured.cheap, candidates) ?? byPrice(ofTier('cheap', candidates)).at(0)
  const strong = named(configured.strong, candidates) ?? byPrice(ofTier('strong', candidates)).at(-1)
  return cheap === undefined || strong === undefined ? undefined : { cheap, strong }
}

export function named(id: string | null, candidates: readonly ModelSpec[]): ModelSpec | undefined {
  return id === null ? undefined : candidates.find((spec) => spec.id === id)
}

export interface Replaced {
  readonly tier: Tier
  readonly pair: ModelPair
  readonly configured: ConfiguredPair
}

/**
 * Who answers in place of one of the pair: where nobody named that one, the next one the catalogue recommends; else the
 * other of the pair; else, for a cheap one, the cheapest, and for a strong one the dearest that is no dearer, since the
 * dearest model of a vendor is often one that few may call.
 * @param usable not empty
 */
export function replaceModel({ configured, pair, tier }: Replaced, usable: readonly ModelSpec[]): ModelSpec {
  const recommended = byPrice(usable.filter((spec) => spec.tier === tier))
  const next = configured[tier] === null ? recommended.at(tier === 'cheap' ? 0 : -1) : undefined
  const other = tier === 'cheap' ? pair.strong : pair.cheap
  return next ?? usable.find(({ id }) => id === other.id) ?? nearestInPrice(pair[tier], tier, usable)
}

function nearestInPrice(replaced: ModelSpec, tier: Tier, usable: readonly ModelSpec[]): ModelSpec {
  const priced = byPrice(usable)
  const limit = blendedPrice(replaced.prices?.at(0)) ?? Number.POSITIVE_INFINITY
  const upTo = priced.filter((spec) => (blendedPrice(spec.prices?.at(0)) ?? Number.POSITIVE_INFINITY) <= limit)
  const found = tier === 'cheap' ? priced.at(0) : (upTo.at(-1) ?? priced.at(0))
  // A model whose price is not known is better than no answer.
  return found ?? usable[0] ?? replaced
}

/**
 * The models the catalogue recommends for a tier, or all of them where it recommends none: the dearest model of a vendor
 * is often one that few may call.
 */
function ofTier(tier: Tier, candidates: readonly ModelSpec[]): readonly ModelSpec[] {
  const recommended = candidates.filter((spec) => spec.tier === tier)
  return recommended.length > 0 ? recommended : candidates
}

/** Cheapest first; a model without a known price is no candidate for an automatic choice. */
function byPrice(candidates: readonly ModelSpec[]): readonly ModelSpec[] {
  return candidates
    .map((spec) => ({ spec, price: blendedPrice(spec.prices?.at(0)) }))
    .filter((row): row is { spec: ModelSpec; price: number } => row.price !== undefined)
    .sort((a, b) => a.price - b.price)
    .map((row) => row.spec)
}

/** Three prompt tokens to one answer token, the usual mix of chat traffic. */
function blendedPrice(band: PriceBand | undefined): number | undefined {
  if (band?.inputPerMTok === undefined || band.outputPerMTok === undefined) return undefined
  return (3 * band.inputPerMTok + band.outputPerMTok) / 4
}
