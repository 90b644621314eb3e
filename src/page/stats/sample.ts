import type { Stats } from '../../http/stats/stats.js'

/** What charts keep of one second. Null: there is nothing to show, and the line has a gap. */
export interface Sample {
  /** Seconds since the epoch, by the gateway's clock. */
  readonly at: number
  readonly uptimeSeconds: number
  readonly requestsPerSecond: number | null
  readonly errorsPerSecond: number | null
  readonly tokensPerSecond: number | null
  readonly ttft: Percentiles
  readonly cacheTtft: Percentiles
  readonly gap: Percentiles
  readonly loopLag: Percentiles
  readonly poolWait: Percentiles
  readonly queueDepth: number | null
  /** Since the process started. */
  readonly totals: Totals
  /** Share of the lookups of the last ten seconds. */
  readonly hitRate: number | null
  /** Dollars a minute, over the last ten seconds. */
  readonly spentPerMinute: number | null
  readonly savedPerMinute: number | null
  readonly falseHits: { readonly ratio: number; readonly lower: number; readonly upper: number } | null
}

export interface Percentiles {
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
}

interface Totals {
  readonly hits: number
  readonly lookups: number
  readonly spent: number
  readonly saved: number
}

const NONE: Percentiles = { p50: null, p90: null, p99: null }
/** Whatever is said of the last ten seconds is said of at least so many. */
const LEAST_SECONDS = 1

/** @param before the sample of ten seconds ago, of the same process; undefined: it is younger */
export function sampleOf(stats: Stats, before: Sample | undefined): Sample {
  const { cache, latency, pool, requests, tokens } = stats
  const at = Date.parse(stats.at) / 1000
  const totals = totalsOf(stats)
  const since = differences(totals, before)
  const minutes = before === undefined ? 0 : Math.max(LEAST_SECONDS, at - before.at) / 60
  return {
    at,
    uptimeSeconds: stats.uptime_seconds,
    requestsPerSecond: requests.per_second,
    errorsPerSecond: requests.errors_per_second,
    tokensPerSecond: tokens.pieces_per_second,
    ttft: percentilesOf(latency.ttft.provider['10s']),
    cacheTtft: percentilesOf(latency.ttft.cache['10s']),
    gap: percentilesOf(latency.gap.provider['10s']),
    loopLag: percentilesOf(latency.loop_lag['10s']),
    poolWait: percentilesOf(latency.pool_wait['10s']),
    queueDepth: pool?.queue_depth ?? null,
    totals,
    hitRate: since === undefined || since.lookups === 0 ? null : since.hits / since.lookups,
    spentPerMinute: since === undefined ? null : since.spent / minutes,
    savedPerMinute: since === undefined ? null : since.saved / minutes,
    falseHits: cache.false_hits.judged === 0 ? null : cache.false_hits,
  }
}

/** Between two samples when nobody listened: lines must not cross what was not seen. */
export function gapAt(at: number, after: Sample): Sample {
  return {
    ...after,
    at,
    requestsPerSecond: null,
    errorsPerSecond: null,
    tokensPerSecond: null,
    ttft: NONE,
    cacheTtft: NONE,
    gap: NONE,
    loopLag: NONE,
    poolWait: NONE,
    queueDepth: null,
    hitRate: null,
    spentPerMinute: null,
    savedPerMinute: null,
    falseHits: null,
  }
}

function percentilesOf({
  count,
  p50,
  p90,
  p99,
}: {
  count: number
  p50: number
  p90: number
  p99: number
}): Percentiles {
  return count === 0 ? NONE : { p50, p90, p99 }
}

function totalsOf({ cache, cost, savings_usd }: Stats): Totals {
  return {
    hits: cache.hits,
    lookups: cache.hits + cache.misses,
    spent: Number(cost.usd),
    saved: Object.values(savings_usd).reduce((sum, usd) => sum + Number(usd), 0),
  }
}

function differences(now: Totals, before: Sample | undefined): Totals | undefined {
  if (before === undefined) return undefined
  const { hits, lookups, saved, spent } = before.totals
  return {
    hits: now.hits - hits,
    lookups: now.lookups - lookups,
    // Sums of decimals: what is left of equal ones must not look like a saving.
    spent: withoutNoise(now.spent - spent),
    saved: withoutNoise(now.saved - saved),
  }
}

function withoutNoise(dollars: number): number {
  return Math.abs(dollars) < 1e-11 ? 0 : dollars
}
