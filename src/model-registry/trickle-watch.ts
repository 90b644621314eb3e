/** The least a download has to bring. */
export interface LeastPace {
  readonly windowMs: number
  /** In each window. */
  readonly bytes: number
}

/** Tells a download that still brings a byte now and then, so that it never falls silent, from one that gets on. */
export interface TrickleWatch {
  /** To be told of every chunk. What is wrong, once a window has brought too little. */
  trickles(position: number): string | undefined
}

export function createTrickleWatch(least: LeastPace, start: number, now: () => number): TrickleWatch {
  let windowStartedAt = now()
  let windowStart = start
  return {
    trickles(position) {
      const ms = now() - windowStartedAt
      if (ms < least.windowMs) return undefined
      const brought = position - windowStart
      // A window that a slow disk has made longer brings what was sent meanwhile, so its length does not matter.
      if (brought < least.bytes) return `it sent only ${brought} bytes in ${Math.round(ms / 1000)} s`
      windowStartedAt += ms
      windowStart = position
      return undefined
    },
  }
}
