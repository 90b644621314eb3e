import type { AnswerCache } from '../../cache/answer-cache.js'
import type { CacheCounts } from '../../telemetry/cache-counter.js'

/** `GET /cache/stats`. Counted since the process started; entries are those this gateway knows of. */
export function cacheFigures(cache: AnswerCache | null, counts: CacheCounts): object {
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
