import { GatewayError } from '../core/errors.js'
import type { ModelSpec, PriceBand } from '../core/model-spec.js'

export type RouteStrategy = 'auto' | 'cheapest' | 'quality'

/** What the classifier says of a prompt; `unavailable` when nobody classified it. */
export type Insight = { readonly kind: 'scored'; readonly complexity: number } | { readonly kind: 'unavailable' }

export interface RouteRequest {
  readonly strategy: RouteStrategy
  /** Only models of this provider. */
  readonly provider: string | undefined
  /** The configured pair, by id; null: chosen by price. */
  readonly cheap: string | null
  readonly strong: string | null
  /** All listed chat models. */
  readonly candidates: readonly ModelSpec[]
  /** Only models for which this holds. */
  readonly mayUse: (id: string) => boolean
  readonly insight: Insight
  /** Strong if and only if the complexity is at least this. */
  readonly threshold: number
}

export interface RouteDecision {
  readonly target: ModelSpec
  /** Whom quality and savings are measured against. */
  readonly strong: ModelSpec
  readonly strategy: RouteStrategy
  readonly reason: 'score' | 'strategy' | 'unscored' | 'only-model'
  readonly complexity: number | undefined
  readonly threshold: number | undefined
}

/**
 * Cheap model or strong model. An unscored prompt goes to the strong one: quality comes before cost.
 * A configured model that this request may not go to is passed over; one that is not on offer at all is a mistake.
 * @throws GatewayError 404 when no candidate is left, or a configured one is missing
 */
export function chooseRoute(request: RouteRequest): RouteDecision {
  refuseMissing('cheap', request.cheap, request.candidates)
  refuseMissing('strong', request.strong, request.candidates)
  const candidates = request.candidates.filter(
    (spec) => (request.provider === undefined || spec.provider === request.provider) && request.mayUse(spec.id),
  )
  const cheap = named(request.cheap, candidates) ?? byPrice(ofTier('cheap', candidates)).at(0)
  const strong = named(request.strong, candidates) ?? byPrice(ofTier('strong', candidates)).at(-1)
  if (cheap === undefined || strong === undefined) {
    const who =
      request.provider === undefined ? 'No provider that is on has a' : `The provider '${request.provider}' has no`
    throw new GatewayError('model_not_found', `${who} listed chat model to route to.`, { param: 'model' })
  }
  const unscored = { strategy: request.strategy, strong, complexity: undefined, threshold: undefined }
  if (cheap.id === strong.id) return { ...unscored, target: cheap, reason: 'only-model' }
  if (request.strategy === 'cheapest') return { ...unscored, target: cheap, reason: 'strategy' }
  if (request.strategy === 'quality') return { ...unscored, target: strong, reason: 'strategy' }
  if (request.insight.kind === 'unavailable') return { ...unscored, target: strong, reason: 'unscored' }

  const { complexity } = request.insight
  const target = complexity >= request.threshold ? strong : cheap
  return { strategy: 'auto', target, strong, reason: 'score', complexity, threshold: request.threshold }
}

/** Another model in its place would be a surprise, in quality or on the bill. */
function refuseMissing(tier: 'cheap' | 'strong', id: string | null, candidates: readonly ModelSpec[]): void {
  if (id === null || named(id, candidates) !== undefined) return
  throw new GatewayError(
    'model_not_found',
    `The gateway is configured to route to the ${tier} model '${id}', which no provider that is on offers.`,
    { param: 'model' },
  )
}

function named(id: string | null, candidates: readonly ModelSpec[]): ModelSpec | undefined {
  return id === null ? undefined : candidates.find((spec) => spec.id === id)
}

/**
 * The models the catalogue recommends for a tier, or all of them where it recommends none: the dearest model of a vendor
 * is often one that few may call.
 */
function ofTier(tier: 'cheap' | 'strong', candidates: readonly ModelSpec[]): readonly ModelSpec[] {
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
