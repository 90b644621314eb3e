import { GatewayError } from '../core/errors.js'
import type { ModelSpec } from '../core/model-spec.js'
import { findLack, type Lack } from './can-serve.js'
import { choosePair, type ModelPair, named, replaceModel, type Tier } from './model-pair.js'
import { narrowCandidates } from './narrow-candidates.js'
import type { RequestNeeds } from './request-needs.js'
import { toScore } from './score.js'

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
  readonly needs: RequestNeeds
  /** False: the model's provider is in trouble just now. Absent: none ever is. */
  readonly isHealthy?: (spec: ModelSpec) => boolean
  readonly insight: Insight
  /** Strong if and only if the complexity is at least this. */
  readonly threshold: number
}

export interface RouteDecision {
  readonly target: ModelSpec
  /** Whom quality and savings are measured against. */
  readonly strong: ModelSpec
  readonly strategy: RouteStrategy
  readonly reason: RouteReason
  /** Of a scored prompt, to four decimals. */
  readonly complexity: number | undefined
  /** Undefined: the score did not decide. */
  readonly threshold: number | undefined
}

/** Beyond the first four: why the model that these would have taken did not get the request. */
export type RouteReason = 'score' | 'strategy' | 'unscored' | 'only-model' | LackReason

type LackReason = `capability:${Exclude<Lack, 'context' | 'output'>}` | 'context' | 'output' | 'health'

/**
 * Cheap model or strong model. An unscored prompt goes to the strong one: quality comes before cost.
 * A configured model that this request may not go to is passed over; one that is not on offer at all is a mistake.
 * @throws GatewayError 404 when no candidate is left, or a configured one is missing; 400 when no candidate can answer
 */
export function chooseRoute(request: RouteRequest): RouteDecision {
  refuseMissing('cheap', request.cheap, request.candidates)
  refuseMissing('strong', request.strong, request.candidates)
  const candidates = request.candidates.filter(
    (spec) => (request.provider === undefined || spec.provider === request.provider) && request.mayUse(spec.id),
  )
  const pair = choosePair(request, candidates)
  if (pair === undefined) throw nobody(request.provider)
  const usable = narrowCandidates(candidates, request.needs, request.isHealthy ?? always)

  const { tier, ...why } = chooseTier(request, pair)
  const wanted = pair[tier]
  if (isAmong(usable, wanted))
    return { ...why, strategy: request.strategy, target: wanted, strong: baseline(pair, usable, wanted) }
  const target = replaceModel({ tier, pair, configured: request }, usable)
  return {
    strategy: request.strategy,
    target,
    strong: baseline(pair, usable, target),
    reason: lackReason(findLack(wanted, request.needs)),
    complexity: why.complexity,
    threshold: undefined,
  }
}

const always = (): boolean => true

type TierChoice = { readonly tier: Tier } & Pick<RouteDecision, 'reason' | 'complexity' | 'threshold'>

function chooseTier({ insight, strategy, threshold }: RouteRequest, pair: ModelPair): TierChoice {
  const complexity = insight.kind === 'scored' ? toScore(insight.complexity) : undefined
  const decided = { complexity, threshold: undefined }
  if (pair.cheap.id === pair.strong.id) return { ...decided, tier: 'strong', reason: 'only-model' }
  if (strategy === 'cheapest') return { ...decided, tier: 'cheap', reason: 'strategy' }
  if (strategy === 'quality') return { ...decided, tier: 'strong', reason: 'strategy' }
  if (complexity === undefined) return { ...decided, tier: 'strong', reason: 'unscored' }
  const limit = toScore(threshold)
  return { tier: complexity >= limit ? 'strong' : 'cheap', reason: 'score', complexity, threshold: limit }
}

/** A strong model that cannot answer is nothing to measure against. */
function baseline(pair: ModelPair, usable: readonly ModelSpec[], target: ModelSpec): ModelSpec {
  return isAmong(usable, pair.strong) ? pair.strong : target
}

function isAmong(specs: readonly ModelSpec[], { id }: ModelSpec): boolean {
  return specs.some((spec) => spec.id === id)
}

function lackReason(lack: Lack | undefined): LackReason {
  if (lack === undefined) return 'health'
  return lack === 'context' || lack === 'output' ? lack : `capability:${lack}`
}

function nobody(provider: string | undefined): GatewayError {
  const who = provider === undefined ? 'No provider that is on has a' : `The provider '${provider}' has no`
  return new GatewayError('model_not_found', `${who} listed chat model to route to.`, { param: 'model' })
}

/** Another model in its place would be a surprise, in quality or on the bill. */
function refuseMissing(tier: Tier, id: string | null, candidates: readonly ModelSpec[]): void {
  if (id === null || named(id, candidates) !== undefined) return
  throw new GatewayError(
    'model_not_found',
    `The gateway is configured to route to the ${tier} model '${id}', which no provider that is on offers.`,
    { param: 'model' },
  )
}
