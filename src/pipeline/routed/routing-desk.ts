import { isChatModel } from '../../catalogue/shipped-models.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { Clock } from '../../core/clock.js'
import type { ModelSpec } from '../../core/model-spec.js'
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
import { createRecentRoutes, type RoutingSnapshot } from './recent-routes.js'

/** Chooses models for requests, keeps the target, and tells how that goes. */
export interface RoutingDesk {
  /** @throws GatewayError when nobody can answer */
  choose(question: RouteQuestion): RouteDecision
  /** The belief has changed: what was calibrated on this machine was read anew. */
  believe(belief: RoutingBelief): void
  snapshot(): RoutingSnapshot
}

export interface RouteQuestion {
  readonly request: ChatRequest
  readonly controls: Controls
  readonly runtime: Runtime
  readonly insight: Insight
  readonly mayUse: (id: string) => boolean
}

export interface RoutingDeskOptions {
  readonly clock: Clock
  readonly target: RoutingTarget
  readonly belief: RoutingBelief
  /** Absent: all models are well. */
  readonly isHealthy?: (spec: ModelSpec) => boolean
}

export function createRoutingDesk(options: RoutingDeskOptions): RoutingDesk {
  let { belief, target } = options
  let state = startTarget(target, belief)
  const recent = createRecentRoutes(options.clock)

  function aimAt(next: RoutingTarget): void {
    if (JSON.stringify(next) === JSON.stringify(target)) return
    target = next
    state = renewThreshold({ ...state, debt: 0 }, target, belief)
  }

  return {
    choose({ controls, insight, mayUse, request, runtime }) {
      aimAt(runtime.target)
      const decision = chooseRoute({
        strategy: controls.route ?? runtime.auto.strategy,
        provider: controls.provider,
        cheap: runtime.auto.cheap,
        strong: runtime.auto.strong,
        candidates: runtime.models.catalogue.filter(isChatModel),
        mayUse,
        needs: requestNeeds(request),
        ...(options.isHealthy !== undefined && { isHealthy: options.isHealthy }),
        insight,
        threshold: state.threshold,
      })
      const isStrong = decision.target.id === decision.strong.id
      recent.note(decision, isStrong)
      if (decision.reason === 'score' || decision.reason === 'unscored') {
        state = observeDecision(state, { score: decision.complexity, isStrong }, target, belief)
      }
      return decision
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
