import type { AnswerCache } from '../../cache/answer-cache.js'
import type { CacheCounts } from '../../telemetry/cache-counter.js'

/** Counted since the process started; entries are those this gateway knows of. */
export interface CacheFigures {
  readonly hits: number
  readonly misses: number
  /** Null: nothing was looked for. */
  readonly hit_rate: number | null
  readonly hits_by_kind: CacheCounts['hits']
  /** Of semantic hits; null: there was none. */
  readonly avg_similarity: number | null
  readonly joins: number
  readonly refreshes: number
  readonly skips: number
  readonly entries: number
  readonly evicted: number
  readonly unreadable: number
  readonly hydrated: boolean
  readonly store: { readonly kind: string; readonly [detail: string]: unknown }
}

/** `GET /cache/stats` */
export function cacheFigures(cache: AnswerCache | null, counts: CacheCounts): CacheFigures {
  const hits = counts.hits.exact + counts.hits.semantic
  const lookups = hits + counts.misses
  const stats = cache?.stats()
  return {
    hits,
    misses: counts.misses,
    hit_rate: lookups === 0 ? null : hits / lookups,
    hits_by_kind: counts.hits,
    avg_similarity: counts.averageSimilarity,
    joins: counts.joins,
    refreshes: counts.refreshes,
    skips: counts.skips,
    entries: stats?.entries ?? 0,
    evicted: stats?.evicted ?? 0,
    unreadable: stats?.unreadable ?? 0,
    hydrated: stats?.hydrated ?? true,
    store: stats === undefined ? { kind: 'off' } : { kind: stats.store, ...stats.health },
  }
}
