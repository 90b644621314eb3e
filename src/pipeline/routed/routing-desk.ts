import { isChatModel } from '../../catalogue/shipped-models.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { Clock } from '../../core/clock.js'
import type { ModelSpec } from '../../core/model-spec.js'
import type { PicoUsd } from '../../core/money/money.js'
import type { RequestRecord } from '../../core/request-record.js'
import { chooseRoute, type Insight, type RouteDecision } from '../../routing/choose-route.js'
import { requestNeeds } from '../../routing/request-needs.js'
import { qualityAt } from '../../routing/target/quality-threshold.js'
import {
  observeDecision,
  type RoutingBelief,
  type RoutingTarget,
  renewThreshold,
  scoresToGoBy,
  startTarget,
} from '../../routing/target/target-state.js'
import type { Controls } from '../controls.js'
import type { Runtime } from '../deps.js'
import { createConversations } from './conversations.js'
import { createRecentRoutes, type RoutingSnapshot } from './recent-routes.js'

/** Chooses models for requests, keeps the target, and tells how that goes. */
export interface RoutingDesk {
  /** @throws GatewayError when nobody can answer */
  choose(question: RouteQuestion): Route
  /** The belief has changed: what was calibrated on this machine was read anew. */
  believe(belief: RoutingBelief): void
  snapshot(): RoutingSnapshot
}

export interface Route extends RouteDecision {
  /** To be called when the request has ended: a conversation stays on the model that answered. */
  settle(record: Pick<RequestRecord, 'model' | 'ttftMs' | 'usage'>): void
}

export interface RouteQuestion {
  readonly tenant: string
  readonly request: ChatRequest
  readonly controls: Controls
  readonly runtime: Runtime
  readonly insight: Insight
  readonly mayUse: (id: string) => boolean
  /** Of its key; undefined: as much as it likes. */
  readonly budgetLeft?: PicoUsd | undefined
}

export interface RoutingDeskOptions {
  readonly clock: Clock
  readonly target: RoutingTarget
  readonly belief: RoutingBelief
  /** Absent: all models are well. */
  readonly isHealthy?: (spec: ModelSpec) => boolean
}

export function createRoutingDesk(options: RoutingDeskOptions): RoutingDesk {
  // A model in trouble is left to the fallbacks that were configured for it.
  const { isHealthy = () => true } = options
  let { belief, target } = options
  let state = startTarget(target, belief)
  const recent = createRecentRoutes(options.clock)
  const conversations = createConversations(options.clock)

  function aimAt(next: RoutingTarget): void {
    if (JSON.stringify(next) === JSON.stringify(target)) return
    target = next
    state = renewThreshold({ ...state, debt: 0 }, target, belief)
  }

  return {
    choose({ budgetLeft, controls, insight, mayUse, request, runtime, tenant }) {
      aimAt(runtime.target)
      const strategy = controls.route ?? runtime.auto.strategy
      const needs = requestNeeds(request)
      const turn = runtime.sticky ? conversations.open(request, [tenant, strategy, controls.provider ?? '']) : undefined
      const decision = chooseRoute({
        strategy,
        provider: controls.provider,
        cheap: runtime.auto.cheap,
        strong: runtime.auto.strong,
        candidates: runtime.models.catalogue.filter(isChatModel),
        mayUse,
        needs,
        ...(turn?.followUp !== undefined && { followUp: turn.followUp }),
        isHealthy: (spec) => isHealthy(spec) || (runtime.fallbacks.get(spec.id) ?? []).some(isHealthy),
        purse:
          budgetLeft === undefined
            ? undefined
            : { left: budgetLeft, assumedPerToken: runtime.assumedPerToken, epochMs: options.clock.epochMs() },
        insight,
        threshold: state.threshold,
      })
      recent.note(decision)
      if (decision.isFree) {
        const isStrong = decision.tier === 'strong'
        state = observeDecision(state, { score: decision.complexity, isStrong }, target, belief)
      }
      const settle = turn?.decide(decision, needs.promptTokens) ?? (() => {})
      return { ...decision, settle }
    },
    believe(next) {
      belief = next
      state = renewThreshold(state, target, belief)
    },
    snapshot() {
      const { threshold } = state
      const expectedQuality = qualityAt(belief.curve, scoresToGoBy(state, belief.reference), threshold)
      return { target, threshold, expectedQuality, ...recent.view() }
    },
  }
}
