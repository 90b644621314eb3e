/** The keys that a cache would hold, as far as a log tells: no answers, only when they were kept. */
export interface ReplayedCache {
  /** `under-way`: its answer was just being made. */
  find(key: string, atMs: number): 'kept' | 'under-way' | undefined
  /** An entry that another request may be answered with. What was kept before the log began is taken to be there. */
  has(key: string, atMs: number): boolean
  keep(key: string, atMs: number): void
  /** Kept before the log began, at a time that nobody knows. */
  keepFromBefore(key: string, atMs: number): void
  readonly evicted: number
}

/** Oldest use first, as the cache evicts. */
export function createReplayedCache({ maxEntries, ttlMs }: { maxEntries: number; ttlMs: number }): ReplayedCache {
  const entries = new Map<string, number>()
  const seen = new Set<string>()
  let evicted = 0

  function touch(key: string, keptAtMs: number): void {
    entries.delete(key)
    entries.set(key, keptAtMs)
    seen.add(key)
    const [oldest] = entries.keys()
    if (entries.size <= maxEntries || oldest === undefined) return
    entries.delete(oldest)
    evicted++
  }

  function liveSince(key: string, atMs: number): number | undefined {
    const keptAtMs = entries.get(key)
    return keptAtMs !== undefined && atMs - keptAtMs < ttlMs ? keptAtMs : undefined
  }

  return {
    find(key, atMs) {
      const keptAtMs = liveSince(key, atMs)
      if (keptAtMs === undefined) return undefined
      touch(key, keptAtMs)
      return keptAtMs > atMs ? 'under-way' : 'kept'
    },
    has(key, atMs) {
      const keptAtMs = liveSince(key, atMs)
      if (keptAtMs === undefined) return !seen.has(key)
      touch(key, keptAtMs)
      return true
    },
    keep: touch,
    keepFromBefore(key, atMs) {
      if (!seen.has(key)) touch(key, atMs)
    },
    get evicted() {
      return evicted
    },
  }
}
