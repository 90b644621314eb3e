import type { RequestRecord } from '../core/request-record.js'

/** What became of the requests at the cache, since the process started. */
export interface CacheCounts {
  readonly hits: { readonly exact: number; readonly semantic: number }
  readonly misses: number
  readonly joins: number
  readonly refreshes: number
  readonly skips: number
  /** Mean cosine of the semantic hits; null: there was none. */
  readonly averageSimilarity: number | null
}

export interface CacheCounter {
  note(record: RequestRecord): void
  counts(): CacheCounts
}

export function createCacheCounter(): CacheCounter {
  const hits = { exact: 0, semantic: 0 }
  let misses = 0
  let joins = 0
  let refreshes = 0
  let skips = 0
  let similarities = 0

  return {
    note(record) {
      switch (record.cache) {
        case 'HIT':
          if (record.cacheHit === undefined) return
          hits[record.cacheHit.kind]++
          if (record.cacheHit.kind === 'semantic') similarities += record.similarity ?? 0
          return
        case 'MISS':
        case 'ONLY_MISS':
          misses++
          return
        case 'JOIN':
          joins++
          return
        case 'REFRESH':
          refreshes++
          return
        case 'SKIP':
          // Without a reason it never came as far as the cache: an embedding, or a request that could not be read.
          if (record.cacheReason !== undefined) skips++
      }
    },
    counts: () => ({
      hits: { ...hits },
      misses,
      joins,
      refreshes,
      skips,
      averageSimilarity: hits.semantic === 0 ? null : similarities / hits.semantic,
    }),
  }
}
