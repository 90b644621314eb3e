import { type BreakerRow, worstState } from './attempts/breaker-board.js'
import type { AnswerCache } from './cache/answer-cache.js'
import type { Learning } from './cache/learning/create-learning.js'
import { LOCAL_PROVIDER } from './catalogue/local-model.js'
import type { Clock } from './core/clock.js'
import type { GatewayError } from './core/errors.js'
import { estimateFalseHits, UNJUDGED } from './core/learning/false-hit-monitor.js'
import type { BackgroundCall } from './core/money/background-call.js'
import type { RequestRecord } from './core/request-record.js'
import { cacheFigures } from './http/admin/cache-figures.js'
import type { RenderMetrics } from './http/send-metrics.js'
import { createStats } from './http/stats/create-stats.js'
import { Rate } from './http/stats/rate.js'
import { createRecentRequests } from './http/stats/recent-requests.js'
import type { Stats } from './http/stats/stats.js'
import { createStatsStream, type StatsStream } from './http/stats/stream-stats.js'
import { packageVersion } from './package-root.js'
import type { GapWatch, Runtime } from './pipeline/deps.js'
import type { RoutingDesk } from './pipeline/routed/routing-desk.js'
import type { ShadowDesk } from './pipeline/routed/shadow-desk.js'
import type { CacheCounts } from './telemetry/cache-counter.js'
import type { ProcessFigures } from './telemetry/process-figures.js'
import { createExposition } from './telemetry/prometheus/exposition.js'
import { createGauges, type PoolState } from './telemetry/prometheus/gauges.js'
import { RequestCounter } from './telemetry/prometheus/request-counter.js'
import { listFamilies } from './telemetry/prometheus/request-families.js'

export interface ObservatoryOptions {
  readonly clock: Clock
  readonly figures: ProcessFigures
  readonly runtime: () => Runtime
  readonly activeRequests: () => number
  readonly cache: AnswerCache | null
  readonly cacheCounts: () => CacheCounts
  readonly learning: Pick<Learning, 'estimate'> | undefined
  readonly routing: Pick<RoutingDesk, 'snapshot'>
  readonly shadow: Pick<ShadowDesk, 'estimate'>
  readonly breakers: () => readonly BreakerRow[]
  readonly pool: (() => PoolState) | undefined
  /** Neither counts nor times requests. */
  readonly isIdle: boolean
}

/** Everything that watches the gateway at work. */
export interface Observatory {
  readonly gaps: GapWatch
  note(record: RequestRecord): void
  noteRefusal(error: GatewayError): void
  noteBackgroundCall(call: BackgroundCall): void
  readonly renderMetrics: RenderMetrics
  stats(): Promise<Stats>
  readonly statsStream: StatsStream
  close(): void
}

export function createObservatory(options: ObservatoryOptions): Observatory {
  const { cache, clock, figures, isIdle, routing, runtime, shadow } = options
  const { latencies } = figures
  const counter = new RequestCounter({
    hasProvider: (name) => name === LOCAL_PROVIDER || runtime().providers.has(name),
    hasModel: (id) => runtime().models.byId.has(id),
  })
  const recent = createRecentRequests(clock)
  const rates = {
    requests: new Rate(() => counter.settled),
    errors: new Rate(() => counter.ends.failed + counter.ends.broken),
    pieces: new Rate(() => latencies.gap.provider.count + latencies.gap.cache.count),
  }
  const ticking = setInterval(() => {
    for (const rate of Object.values(rates)) rate.tick()
  }, 1000).unref()

  const falseHits = () => options.learning?.estimate() ?? { ...estimateFalseHits(UNJUDGED), flagged: false }
  const pool = (): PoolState | undefined => options.pool?.()
  const providers = () => {
    const rows = options.breakers()
    return [...runtime().providers.values()].map(({ adapter, name }) => ({
      name,
      type: adapter.type,
      breaker: worstState(rows, name),
    }))
  }
  const gauges = createGauges({
    activeRequests: options.activeRequests,
    cache: () => {
      const stats = cache?.stats()
      return stats && { ...stats, isReachable: stats.health.state === 'ok' }
    },
    falseHits,
    adequacy: shadow.estimate,
    pool,
    strongShare: () => routing.snapshot().strongShare,
    breakers: () => providers().map(({ breaker, name }) => ({ provider: name, state: breaker })),
    stalls: () => latencies.stalls,
  })
  const exposition = createExposition([...listFamilies(counter.families), ...figures.families()], gauges)
  const stats = (): Promise<Stats> =>
    createStats({
      clock,
      version: packageVersion(),
      figures,
      counter,
      rates,
      activeRequests: options.activeRequests,
      recent: recent.list,
      cache: () => cacheFigures(cache, options.cacheCounts()),
      falseHits: () => ({ ...falseHits(), target: targetOf(runtime()) }),
      routing: routing.snapshot,
      adequacy: shadow.estimate,
      pool,
      providers,
    })
  const statsStream = createStatsStream({ stats })

  return {
    gaps: {
      open(source, provider, model) {
        return isIdle ? undefined : latencies.openGaps(source, counter.rowOf(provider, model).gap)
      },
    },
    note(record) {
      if (isIdle) return
      latencies.note(record)
      counter.note(record)
      recent.note(record)
    },
    noteRefusal: ({ code }) => counter.noteRefusal(code),
    noteBackgroundCall: (call) => counter.noteBackgroundCall(call),
    renderMetrics: exposition.render,
    stats,
    statsStream,
    close() {
      clearInterval(ticking)
      statsStream.close()
      latencies.close()
    },
  }
}

function targetOf({ cache: { semantic } }: Runtime): number | null {
  return semantic.mode === 'bounded' ? semantic.maxFalseHitRate : null
}
