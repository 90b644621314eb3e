import { GatewayError } from '../core/errors.js'
import type { ModelSpec } from '../core/model-spec.js'
import { canAfford, type Purse } from './can-afford.js'
import { findLack, type Lack } from './can-serve.js'
import { choosePair, type ModelPair, named, replaceModel, type Tier } from './model-pair.js'
import { narrowCandidates } from './narrow-candidates.js'
import type { RequestNeeds } from './request-needs.js'
import { toScore } from './score.js'
import { type FollowUp, type StayOrMove, stayOrMove } from './stay-or-move.js'

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
  /** Absent: the client may spend what it likes. */
  readonly purse?: Purse | undefined
  /** Absent: the request begins a conversation, or nothing is known of the one it continues. */
  readonly followUp?: Pick<FollowUp, 'conversation' | 'standsAlone' | 'nowMs' | 'epochMs'>
  readonly insight: Insight
  /** Strong if and only if the complexity is at least this. */
  readonly threshold: number
}

export interface RouteDecision {
  readonly target: ModelSpec
  /** Whom quality and savings are measured against. */
  readonly strong: ModelSpec
  /** In whose place it answers, whichever it is. */
  readonly tier: Tier
  /** Nothing but the target decided: either of the pair could have answered. */
  readonly isFree: boolean
  readonly strategy: RouteStrategy
  readonly reason: RouteReason
  /** Of a scored prompt, to four decimals. */
  readonly complexity: number | undefined
  /** Undefined: the score did not decide. */
  readonly threshold: number | undefined
}

/** A `LackReason`: why the model that the others would have taken did not get the request. */
export type RouteReason = 'score' | 'strategy' | 'unscored' | 'only-model' | StayOrMove['reason'] | LackReason

type LackReason = `capability:${Exclude<Lack, 'context' | 'output'>}` | 'context' | 'output' | 'health' | 'budget'

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
  const { isHealthy = always, needs, purse } = request
  const isAffordable = (spec: ModelSpec): boolean => purse === undefined || canAfford(spec, needs, purse)
  const usable = narrowCandidates(candidates, needs, isHealthy, isAffordable)

  const fresh = chooseTier(request, pair)
  const kept = followUp(request, pair, candidates)
  const first = kept ?? fresh
  const { strategy } = request
  if (isAmong(usable, first.target)) {
    const isFree = FREE.has(first.reason) && isAmong(usable, pair.cheap) && isAmong(usable, pair.strong)
    return {
      ...first,
      strategy,
      tier: tierOf(first.target, pair, fresh.tier),
      isFree,
      strong: baseline(pair, usable, first.target),
    }
  }
  const target = isAmong(usable, fresh.target)
    ? fresh.target
    : replaceModel({ tier: fresh.tier, pair, configured: request }, usable)
  const reason = lackReason(findLack(first.target, needs), isHealthy(first.target))
  const strong = baseline(pair, usable, target)
  const tier = tierOf(target, pair, fresh.tier)
  return { strategy, target, strong, tier, isFree: false, reason, complexity: first.complexity, threshold: undefined }
}

const FREE: ReadonlySet<RouteReason> = new Set(['score', 'unscored'])

type Choice = Pick<RouteDecision, 'target' | 'reason' | 'complexity' | 'threshold'>

const always = (): boolean => true

/** As if the request began a conversation. */
function chooseTier(request: RouteRequest, pair: ModelPair): Choice & { readonly tier: Tier } {
  const complexity = scoreOf(request.insight)
  const of = (tier: Tier, reason: RouteReason, threshold?: number) =>
    ({ tier, target: pair[tier], reason, complexity, threshold }) as const
  if (pair.cheap.id === pair.strong.id) return of('strong', 'only-model')
  if (request.strategy === 'cheapest') return of('cheap', 'strategy')
  if (request.strategy === 'quality') return of('strong', 'strategy')
  if (complexity === undefined) return of('strong', 'unscored')
  const threshold = toScore(request.threshold)
  return of(complexity >= threshold ? 'strong' : 'cheap', 'score', threshold)
}

/** Undefined: it begins a conversation, or the model of the one it continues is not to be had any more. */
function followUp(request: RouteRequest, pair: ModelPair, candidates: readonly ModelSpec[]): Choice | undefined {
  const { insight, needs, strategy } = request
  if (request.followUp === undefined || strategy !== 'auto') return undefined
  const current = named(request.followUp.conversation.model, candidates)
  if (current === undefined || pair.cheap.id === pair.strong.id) return undefined
  const score = scoreOf(insight)
  const threshold = toScore(request.threshold)
  const next = stayOrMove({ ...request.followUp, current, pair, score, threshold, promptTokens: needs.promptTokens })
  return { ...next, complexity: score, threshold: next.reason === 'sticky' ? undefined : threshold }
}

function scoreOf(insight: Insight): number | undefined {
  return insight.kind === 'scored' ? toScore(insight.complexity) : undefined
}

function tierOf({ id }: ModelSpec, pair: ModelPair, asked: Tier): Tier {
  if (id === pair.strong.id) return 'strong'
  return id === pair.cheap.id ? 'cheap' : asked
}

/** A strong model that cannot answer is nothing to measure against. */
function baseline(pair: ModelPair, usable: readonly ModelSpec[], target: ModelSpec): ModelSpec {
  return isAmong(usable, pair.strong) ? pair.strong : target
}

function isAmong(specs: readonly ModelSpec[], { id }: ModelSpec): boolean {
  return specs.some((spec) => spec.id === id)
}

function lackReason(lack: Lack | undefined, isHealthy: boolean): LackReason {
  if (lack === undefined) return isHealthy ? 'budget' : 'health'
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
