import { createRollingCounts } from './rolling-counts.js'

/** Keeps extra calls to a share of the traffic of the last seconds, so that they cannot multiply a provider's trouble. */
export interface ShareLimit {
  /** A request has come. */
  note(nowMs: number): void
  /** May there be one more extra call? If so, it counts as made. */
  take(share: number, nowMs: number): boolean
}

export interface ShareLimitOptions {
  readonly windowMs: number
  /** So many extra calls a window are allowed whatever the traffic, unless the share is 0. */
  readonly reserve: number
}

export function createShareLimit({ reserve, windowMs }: ShareLimitOptions): ShareLimit {
  const counts = createRollingCounts(['requests', 'extra'], windowMs)
  return {
    note: (nowMs) => counts.add('requests', nowMs),
    take(share, nowMs) {
      if (share === 0) return false
      const allowed = reserve + share * counts.count('requests', nowMs)
      if (counts.count('extra', nowMs) + 1 > allowed) return false
      counts.add('extra', nowMs)
      return true
    },
  }
}
