import type { SavingCause } from '../../core/money/saving.js'
import type { CacheStatus, RequestEnd } from '../../core/request-record.js'
import type { RecentRoute, RecentRoutes } from '../../pipeline/routed/recent-routes.js'
import type { RoutingTarget } from '../../routing/target/target-state.js'
import type { ErrorType } from '../../telemetry/prometheus/error-type.js'
import type { ProviderBreaker } from '../../telemetry/prometheus/gauges.js'
import type { CacheFigures } from '../admin/cache-figures.js'
import type { LatencyFigures } from './latency-figures.js'

/**
 * What `GET /stats` tells, and each event of `GET /stats/stream`. Counts are since the process started and are those of
 * `/metrics`; amounts of dollars are exact decimals.
 */
export interface Stats {
  /** ISO 8601. */
  readonly at: string
  readonly version: string
  readonly uptime_seconds: number
  readonly requests: RequestStats
  readonly tokens: TokenStats
  /** Milliseconds. */
  readonly latency: LatencyFigures
  readonly stream_stalls: number
  readonly cost: CostStats
  /** Less than 0 only for `prompt-cache`, while more was written to the providers' caches than was read. */
  readonly savings_usd: Readonly<Record<SavingCause, string>>
  readonly cache: CacheStats
  readonly routing: RoutingStats
  /** Null: there are no inference threads. */
  readonly pool: PoolStats | null
  readonly providers: readonly ProviderStats[]
  /** Newest first. */
  readonly recent: readonly RecentRequest[]
}

export interface RequestStats {
  readonly total: number
  readonly active: number
  /** Over the last ten seconds. */
  readonly per_second: number
  readonly errors_per_second: number
  readonly by_cache_status: Readonly<Record<CacheStatus, number>>
  readonly by_end: Readonly<Record<RequestEnd, number>>
  /** By code. */
  readonly errors: Readonly<Record<string, number>>
  /** Turned away before anything was done for them, by code. */
  readonly refusals: Readonly<Record<string, number>>
}

export interface TokenStats {
  readonly input: number
  readonly output: number
  /** The parts of them that no provider made: copies of answers. */
  readonly copied_input: number
  readonly copied_output: number
  /** Of all streams, live, over the last ten seconds; about as many tokens. */
  readonly pieces_per_second: number
}

export interface CostStats {
  readonly usd: string
  /** Requests of which it is not known what they cost. */
  readonly unknown_requests: number
  /** What the gateway asked for itself, by why. */
  readonly background_usd: Readonly<Record<string, string>>
  readonly by_model: readonly ModelStats[]
}

export interface ModelStats {
  readonly provider: string
  readonly model: string
  readonly requests: number
  readonly input_tokens: number
  readonly output_tokens: number
  readonly usd: string
}

export interface CacheStats extends CacheFigures {
  readonly false_hits: {
    readonly ratio: number
    /** Ends of the 95 % interval. */
    readonly lower: number
    readonly upper: number
    readonly judged: number
    /** More of them than may be. */
    readonly flagged: boolean
    /** What may be; null: the cache serves by another rule. */
    readonly target: number | null
  }
  readonly audits: Readonly<Record<'right' | 'wrong' | 'unsure' | 'failed', number>>
}

export interface RoutingStats {
  readonly target: RoutingTarget
  /** Strong from this score on. */
  readonly threshold: number
  readonly expected_quality: number
  /** Null: nothing was routed lately. */
  readonly strong_share: number | null
  /** Share of the cheap model's answers that say what the strong one says too, by shadow calls. */
  readonly adequate: {
    /** Null: nothing was compared. */
    readonly ratio: number | null
    /** Ends of the 95 % interval. */
    readonly lower: number
    readonly upper: number
    readonly judged: number
  }
  readonly shadows: Readonly<Record<'right' | 'wrong' | 'unsure' | 'failed', number>>
  readonly decisions: RecentRoutes['counts']
  /** The last scored requests, oldest first. */
  readonly recent: readonly RecentRoute[]
}

export interface PoolStats {
  readonly threads: number
  readonly ready_threads: number
  readonly queue_depth: number
  readonly restarts: number
  readonly unavailable: Readonly<Record<string, number>>
}

export interface ProviderStats {
  readonly name: string
  readonly type: string
  readonly breaker: ProviderBreaker['state']
  readonly requests: number
  readonly errors: Readonly<Partial<Record<ErrorType, number>>>
}

/** One settled request. Never its prompt or its answer. */
export interface RecentRequest {
  readonly id: string
  /** When it came. ISO 8601. */
  readonly at: string
  readonly tenant: string
  readonly key: string | null
  readonly path: string
  readonly stream: boolean
  readonly requested_model: string | null
  readonly provider: string | null
  readonly model: string | null
  readonly status: number
  readonly end: RequestEnd
  readonly error: string | null
  /** In words: why it was answered as it was. */
  readonly reason: string
  /** Only with `telemetry.logPrompts`. */
  readonly prompt: string | null
  readonly cache: CacheStatus
  readonly cache_kind: 'exact' | 'semantic' | null
  readonly entry: string | null
  readonly similarity: number | null
  readonly confidence: number | null
  readonly score: number | null
  readonly threshold: number | null
  readonly tries: readonly {
    readonly provider: string
    readonly model: string
    readonly cause: string
    readonly outcome: string
    readonly error: string | null
  }[]
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  readonly ttft_ms: number | null
  readonly duration_ms: number
  readonly overhead_ms: number | null
  /** Null: not known. */
  readonly cost_usd: string | null
  readonly saved_usd: string
}
