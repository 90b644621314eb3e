/** Something that wants a look every now and then: a body that is coming in, a client that is slow. */
export interface Swept {
  sweep(nowMs: number): void
}

export interface Sweeper {
  add(swept: Swept): void
  delete(swept: Swept): void
  stop(): void
}

const LONGEST_PERIOD_MS = 1000
const SHORTEST_PERIOD_MS = 20

/** One timer for all connections, fine enough for the shortest of the given time-outs. */
export function createSweeper(...timeoutsMs: readonly number[]): Sweeper {
  const all = new Set<Swept>()
  const periodMs = Math.max(SHORTEST_PERIOD_MS, Math.min(LONGEST_PERIOD_MS, Math.min(...timeoutsMs) / 5))
  const timer = setInterval(() => {
    if (all.size === 0) return
    const nowMs = performance.now()
    for (const swept of all) swept.sweep(nowMs)
  }, periodMs)
  timer.unref()
  return {
    add: (swept) => all.add(swept),
    delete: (swept) => all.delete(swept),
    stop: () => clearInterval(timer),
  }
}
