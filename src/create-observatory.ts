import { type BreakerRow, worstState } from './attempts/breaker-board.js'
import type { AnswerCache } from './cache/answer-cache.js'
import type { Learning } from './cache/learning/create-learning.js'
import type { GatewayError } from './core/errors.js'
import { estimateFalseHits, UNJUDGED } from './core/learning/false-hit-monitor.js'
import type { BackgroundCall } from './core/money/background-call.js'
import type { RequestRecord } from './core/request-record.js'
import type { RenderMetrics } from './http/send-metrics.js'
import type { GapWatch, Runtime } from './pipeline/deps.js'
import type { RoutingDesk } from './pipeline/routed/routing-desk.js'
import type { ProcessFigures } from './telemetry/process-figures.js'
import { createExposition } from './telemetry/prometheus/exposition.js'
import { createGauges, type PoolState, type ProviderBreaker } from './telemetry/prometheus/gauges.js'
import { RequestCounter } from './telemetry/prometheus/request-counter.js'
import { listFamilies } from './telemetry/prometheus/request-families.js'
import { latencyFigures } from './telemetry/stats/latency-figures.js'

export interface ObservatoryOptions {
  readonly figures: ProcessFigures
  readonly runtime: () => Runtime
  readonly activeRequests: () => number
  readonly cache: AnswerCache | undefined
  readonly learning: Pick<Learning, 'estimate'> | undefined
  readonly routing: Pick<RoutingDesk, 'snapshot'>
  readonly breakers: () => readonly BreakerRow[]
  readonly pool: (() => PoolState) | undefined
}

/** Everything that watches the gateway at work. */
export interface Observatory {
  readonly gaps: GapWatch
  note(record: RequestRecord): void
  noteRefusal(error: GatewayError): void
  noteBackgroundCall(call: BackgroundCall): void
  readonly renderMetrics: RenderMetrics
  /** What `/stats` tells. */
  stats(): Promise<object>
}

export function createObservatory(options: ObservatoryOptions): Observatory {
  const { figures, runtime } = options
  const { latencies } = figures
  const breakers = (): readonly ProviderBreaker[] => {
    const rows = options.breakers()
    return [...runtime().providers.keys()].map((provider) => ({ provider, state: worstState(rows, provider) }))
  }
  const counter = new RequestCounter({
    hasProvider: (name) => runtime().providers.has(name),
    hasModel: (id) => runtime().models.byId.has(id),
  })
  const gauges = createGauges({
    activeRequests: options.activeRequests,
    cacheEntries: () => options.cache?.stats().entries ?? 0,
    falseHits: () => options.learning?.estimate() ?? estimateFalseHits(UNJUDGED),
    pool: () => options.pool?.(),
    strongShare: () => options.routing.snapshot().strongShare,
    breakers,
    stalls: () => latencies.stalls,
  })
  const exposition = createExposition([...listFamilies(counter.families), ...figures.families()], gauges)
  return {
    gaps: { open: (source, provider, model) => latencies.openGaps(source, counter.rowOf(provider, model).gap) },
    note(record) {
      latencies.note(record)
      counter.note(record)
    },
    noteRefusal: ({ code }) => counter.noteRefusal(code),
    noteBackgroundCall: (call) => counter.noteBackgroundCall(call),
    renderMetrics: exposition.render,
    stats: async () => ({ latency: await latencyFigures(latencies) }),
  }
}
