import type { ModelSpec } from '../core/model-spec.js'
import {
  type BreakerRules,
  type BreakerState,
  type CircuitBreaker,
  createCircuitBreaker,
  type Permit,
} from './circuit-breaker.js'

/**
 * The circuit breakers of all upstreams: one for each model of each provider, since providers are often overloaded with
 * one model and well with the others. Models that stand in no catalogue share one, or clients could make up any number.
 */
export interface BreakerBoard {
  /** Undefined: this upstream is to be left alone now. */
  enter(spec: Upstreamed, rules: BreakerRules, nowMs: number): Permit | undefined
  /** Would `enter` let a call through? Models that nobody has called are well. */
  admits(spec: Upstreamed, nowMs: number): boolean
  openForMs(spec: Upstreamed, nowMs: number): number
  view(nowMs: number): readonly BreakerRow[]
}

export type Upstreamed = Pick<ModelSpec, 'provider' | 'upstreamName' | 'listed'>

export interface BreakerRow {
  readonly provider: string
  /** The provider's name of it; `*` are all that stand in no catalogue. */
  readonly model: string
  readonly state: BreakerState
  readonly openForMs: number
}

const UNLISTED = '*'

export function createBreakerBoard(): BreakerBoard {
  const providers = new Map<string, Map<string, CircuitBreaker>>()

  function find({ listed, provider, upstreamName }: Upstreamed): CircuitBreaker | undefined {
    return providers.get(provider)?.get(listed ? upstreamName : UNLISTED)
  }

  function findOrCreate(spec: Upstreamed): CircuitBreaker {
    const known = find(spec)
    if (known !== undefined) return known
    const models = providers.get(spec.provider) ?? new Map<string, CircuitBreaker>()
    providers.set(spec.provider, models)
    const fresh = createCircuitBreaker()
    models.set(spec.listed ? spec.upstreamName : UNLISTED, fresh)
    return fresh
  }

  return {
    enter: (spec, rules, nowMs) => findOrCreate(spec).enter(rules, nowMs),
    admits: (spec, nowMs) => find(spec)?.admits(nowMs) ?? true,
    openForMs: (spec, nowMs) => find(spec)?.openForMs(nowMs) ?? 0,
    view: (nowMs) =>
      [...providers].flatMap(([provider, models]) =>
        [...models].map(([model, breaker]) => ({
          provider,
          model,
          state: breaker.state(nowMs),
          openForMs: breaker.openForMs(nowMs),
        })),
      ),
  }
}

const SEVERITY: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 }

/** The worst of a provider's breakers. */
export function worstState(rows: readonly BreakerRow[], provider: string): BreakerState {
  let worst: BreakerState = 'closed'
  for (const row of rows) if (row.provider === provider && SEVERITY[row.state] > SEVERITY[worst]) worst = row.state
  return worst
}
