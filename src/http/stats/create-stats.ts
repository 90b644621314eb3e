import type { Clock } from '../../core/clock.js'
import type { FalseHitEstimate } from '../../core/learning/false-hit-monitor.js'
import { formatUsd } from '../../core/money/money.js'
import { SAVING_CAUSES } from '../../core/money/saving.js'
import type { RoutingSnapshot } from '../../pipeline/routed/recent-routes.js'
import type { AdequacyEstimate } from '../../pipeline/routed/shadow-desk.js'
import type { ProcessFigures } from '../../telemetry/process-figures.js'
import type { Count, CounterFamily, UsdTotal } from '../../telemetry/prometheus/counter-family.js'
import type { PoolState } from '../../telemetry/prometheus/gauges.js'
import { CACHE } from '../../telemetry/prometheus/model-rows.js'
import type { RequestCounter } from '../../telemetry/prometheus/request-counter.js'
import type { CacheFigures } from '../admin/cache-figures.js'
import { latencyFigures } from './latency-figures.js'
import type { Rate } from './rate.js'
import type { ModelStats, PoolStats, ProviderStats, RecentRequest, Stats } from './stats.js'

export interface StatsSources {
  readonly clock: Clock
  readonly version: string
  readonly figures: ProcessFigures
  readonly counter: RequestCounter
  readonly activeRequests: () => number
  readonly recent: () => readonly RecentRequest[]
  readonly cache: () => CacheFigures
  readonly falseHits: () => FalseHitEstimate & { readonly flagged: boolean; readonly target: number | null }
  readonly routing: () => RoutingSnapshot
  readonly adequacy: () => AdequacyEstimate
  readonly pool: () => PoolState | undefined
  readonly providers: () => readonly Pick<ProviderStats, 'name' | 'type' | 'breaker'>[]
  readonly rates: Readonly<Record<'requests' | 'errors' | 'pieces', Rate>>
}

/** A page has no use for more points. */
const MOST_ROUTES = 200

export async function createStats(sources: StatsSources): Promise<Stats> {
  const { clock, counter, figures, rates } = sources
  const { families } = counter
  const latency = await latencyFigures(figures.latencies)
  const byStatus = countBy(families.requests, 2)
  const routing = sources.routing()
  return {
    at: new Date(clock.epochMs()).toISOString(),
    version: sources.version,
    uptime_seconds: Math.round(process.uptime()),
    requests: {
      total: sum(Object.values(byStatus)),
      active: sources.activeRequests(),
      per_second: rates.requests.perSecond,
      errors_per_second: rates.errors.perSecond,
      by_cache_status: { HIT: 0, MISS: 0, SKIP: 0, ONLY_MISS: 0, REFRESH: 0, JOIN: 0, ...byStatus },
      by_end: { ...counter.ends },
      errors: countBy(families.errors, 0),
      refusals: countBy(families.refusals, 0),
    },
    tokens: { ...tokensOf(families.tokens), pieces_per_second: rates.pieces.perSecond },
    latency,
    stream_stalls: figures.latencies.stalls,
    cost: {
      usd: formatUsd(usdSum(families.cost)),
      unknown_requests: sum(families.unknownCosts.rows().map(({ total }) => total.value)),
      background_usd: usdBy(families.backgroundCost),
      by_model: modelsOf(counter),
    },
    savings_usd: savingsOf(counter),
    cache: { ...sources.cache(), false_hits: sources.falseHits(), audits: figures.audits() },
    routing: {
      target: routing.target,
      threshold: routing.threshold,
      expected_quality: routing.expectedQuality,
      strong_share: routing.strongShare,
      adequate: sources.adequacy(),
      shadows: figures.shadows(),
      decisions: routing.counts,
      recent: routing.recent.slice(-MOST_ROUTES),
    },
    pool: poolOf(sources.pool()),
    providers: sources.providers().map((provider) => ({ ...provider, ...callsOf(counter, provider.name) })),
    recent: sources.recent(),
  }
}

/** @param label the position of the label to keep; the others are added up */
function countBy(family: CounterFamily<Count>, label: number): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { total, values } of family.rows()) {
    const name = values[label] ?? ''
    counts[name] = (counts[name] ?? 0) + total.value
  }
  return counts
}

function usdBy(family: CounterFamily<UsdTotal>): Record<string, string> {
  return Object.fromEntries(family.rows().map(({ total, values }) => [values[0] ?? '', formatUsd(total.value)]))
}

function usdSum(family: CounterFamily<UsdTotal>): bigint {
  return family.rows().reduce((all, { total }) => all + total.value, 0n)
}

function tokensOf(family: CounterFamily<Count>) {
  const tokens = { input: 0, output: 0, copied_input: 0, copied_output: 0 }
  for (const { total, values } of family.rows()) {
    const direction = values[2] === 'input' ? 'input' : 'output'
    tokens[direction] += total.value
    if (values[0] === CACHE) tokens[`copied_${direction}`] += total.value
  }
  return tokens
}

function modelsOf(counter: RequestCounter): readonly ModelStats[] {
  return counter
    .rows()
    .filter(({ provider }) => provider !== CACHE)
    .map(({ cost, inputTokens, model, outputTokens, provider, requests }) => ({
      provider,
      model,
      requests: sum(Object.values(requests).map(({ value }) => value)),
      input_tokens: inputTokens.value,
      output_tokens: outputTokens.value,
      usd: formatUsd(cost.value),
    }))
}

function savingsOf({ savings }: RequestCounter): Stats['savings_usd'] {
  const byCause = SAVING_CAUSES.map((cause) => [cause, formatUsd(savings[cause])])
  return Object.fromEntries(byCause)
}

function callsOf({ families }: RequestCounter, provider: string): Pick<ProviderStats, 'requests' | 'errors'> {
  const own = (family: CounterFamily<Count>) => family.rows().filter(({ values }) => values[0] === provider)
  return {
    requests: sum(own(families.requests).map(({ total }) => total.value)),
    errors: Object.fromEntries(own(families.providerErrors).map(({ total, values }) => [values[1], total.value])),
  }
}

function poolOf(state: PoolState | undefined): PoolStats | null {
  if (state === undefined) return null
  const { queueDepth, readyThreads, restarts, threads, unavailable } = state
  return { threads, ready_threads: readyThreads, queue_depth: queueDepth, restarts, unavailable }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
