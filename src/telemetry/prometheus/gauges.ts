import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** Where values come from that are only looked at when somebody asks. */
export interface GaugeSources {
  readonly activeRequests: () => number
  /** Undefined: nothing is kept. */
  readonly cache: () => CacheState | undefined
  readonly falseHits: () => FalseHits
  readonly adequacy: () => Adequacy
  readonly pool: () => PoolState | undefined
  /** Null: nothing was routed lately. */
  readonly strongShare: () => number | null
  /** One for each provider that is on. */
  readonly breakers: () => readonly ProviderBreaker[]
  readonly stalls: () => number
}

export interface CacheState {
  readonly store: string
  readonly isReachable: boolean
  readonly entries: number
  readonly evicted: number
}

export interface FalseHits {
  readonly ratio: number
  /** Ends of the 95 % interval. */
  readonly lower: number
  readonly upper: number
}

export interface Adequacy {
  /** Null: nothing was compared. */
  readonly ratio: number | null
  /** Ends of the 95 % interval. */
  readonly lower: number
  readonly upper: number
}

export interface PoolState {
  readonly threads: number
  readonly readyThreads: number
  readonly queueDepth: number
  readonly restarts: number
  readonly unavailable: Readonly<Record<string, number>>
}

export interface ProviderBreaker {
  readonly provider: string
  readonly state: 'closed' | 'half-open' | 'open'
}

const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 } as const

const LEFT_OUT = [
  // Gauges with names of counters, which promtool refuses.
  ...['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'],
  // They ask Node for what it no longer documents, and for every socket; `nodejs_active_resources` says the same.
  ...['nodejs_active_handles', 'nodejs_active_requests'],
]

/** What is read at each scrape, the process itself included: here prom-client is quick enough. */
export function createGauges(sources: GaugeSources): Registry {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  for (const name of LEFT_OUT) registry.removeSingleMetric(name)

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({ name: `llmrouter_${name}`, help, registers, collect: setTo })
    function setTo(this: Gauge): void {
      this.set(read())
    }
  }
  gauge('active_requests', 'Requests under way.', sources.activeRequests)
  gauge('cache_entries', 'Answers kept that this gateway knows of.', () => sources.cache()?.entries ?? 0)
  new Gauge({
    name: 'llmrouter_cache_store_up',
    help: 'Whether the place where answers are kept can be reached. Absent: nothing is kept.',
    labelNames: ['store'],
    registers,
    collect() {
      const cache = sources.cache()
      if (cache !== undefined) this.set({ store: cache.store }, cache.isReachable ? 1 : 0)
    },
  })
  gauge('cache_false_hit_ratio', 'Share of the semantic hits that are wrong.', () => sources.falseHits().ratio)
  gauge('cache_false_hit_ratio_lower', 'Lower end of its 95 % interval.', () => sources.falseHits().lower)
  gauge('cache_false_hit_ratio_upper', 'Upper end of its 95 % interval.', () => sources.falseHits().upper)
  gauge(
    'routing_strong_share',
    'Share of the strong model in what was routed lately.',
    () => sources.strongShare() ?? Number.NaN,
  )
  gauge(
    'routing_adequate_ratio',
    'Share of the answers of the cheap model that are as good as the strong one’s, by shadow calls.',
    () => sources.adequacy().ratio ?? Number.NaN,
  )
  gauge('routing_adequate_ratio_lower', 'Lower end of its 95 % interval.', () => sources.adequacy().lower)
  gauge('routing_adequate_ratio_upper', 'Upper end of its 95 % interval.', () => sources.adequacy().upper)
  gauge('pool_queue_depth', 'Tasks that wait for an inference thread.', () => sources.pool()?.queueDepth ?? 0)
  new Gauge({
    name: 'llmrouter_upstream_breaker_state',
    help: 'Circuit breaker of a provider, the worst of its models: 0 closed, 1 half open, 2 open.',
    labelNames: ['provider'],
    registers,
    collect() {
      this.reset()
      for (const { provider, state } of sources.breakers()) this.set({ provider }, BREAKER_STATES[state])
    },
  })
  counter('cache_evictions', 'Answers that had to make room for others.', () => sources.cache()?.evicted ?? 0)
  counter('stream_stalls', 'Silences of more than a second within a stream of a provider.', sources.stalls)
  counter('pool_restarts', 'Inference threads that died and were replaced.', () => sources.pool()?.restarts ?? 0)
  new Counter({
    name: 'llmrouter_pool_unavailable_total',
    help: 'Tasks that the inference threads did not do, by reason.',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset()
      for (const [reason, count] of Object.entries(sources.pool()?.unavailable ?? {})) this.inc({ reason }, count)
    },
  })
  return registry

  /** Counted elsewhere, and copied here. */
  function counter(name: string, help: string, read: () => number): void {
    new Counter({ name: `llmrouter_${name}_total`, help, registers, collect: setTo })
    function setTo(this: Counter): void {
      this.reset()
      this.inc(read())
    }
  }
}
