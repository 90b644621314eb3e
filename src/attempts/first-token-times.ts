/** How long models let us wait lately, as far as it takes to say when one is late. */
export interface FirstTokenTimes {
  note(model: string, ms: number, nowMs: number): void
  /** Undefined: too little is known of it. */
  quantile(model: string, share: number, nowMs: number): number | undefined
}

/** Both halves of the memory together say what is usual. */
const HALF_MS = 5 * 60_000
const LEAST_SAMPLES = 30
const MOST_MODELS = 1000

/** Buckets grow by 5 %, from 1 ms to more than an hour. */
const GROWTH = Math.log(1.05)
const BUCKETS = 320

interface Memory {
  current: Uint32Array
  previous: Uint32Array
  turnsAtMs: number
}

export function createFirstTokenTimes(): FirstTokenTimes {
  const models = new Map<string, Memory>()

  function memoryOf(model: string, nowMs: number): Memory | undefined {
    const memory = models.get(model)
    if (memory !== undefined && nowMs >= memory.turnsAtMs) {
      const isStale = nowMs >= memory.turnsAtMs + HALF_MS
      memory.previous = isStale ? new Uint32Array(BUCKETS) : memory.current
      memory.current = new Uint32Array(BUCKETS)
      memory.turnsAtMs = nowMs + HALF_MS
    }
    return memory
  }

  function create(model: string, nowMs: number): Memory {
    // The one that has been known longest goes; it comes back when it is used.
    const [first] = models.keys()
    if (models.size >= MOST_MODELS && first !== undefined) models.delete(first)
    const memory = {
      current: new Uint32Array(BUCKETS),
      previous: new Uint32Array(BUCKETS),
      turnsAtMs: nowMs + HALF_MS,
    }
    models.set(model, memory)
    return memory
  }

  return {
    note(model, ms, nowMs) {
      const { current } = memoryOf(model, nowMs) ?? create(model, nowMs)
      const bucket = bucketOf(ms)
      current[bucket] = (current[bucket] ?? 0) + 1
    },
    quantile(model, share, nowMs) {
      const memory = memoryOf(model, nowMs)
      if (memory === undefined) return undefined
      const counts = memory.current.map((count, bucket) => count + (memory.previous[bucket] ?? 0))
      const total = counts.reduce((sum, count) => sum + count, 0)
      if (total < LEAST_SAMPLES) return undefined
      let left = share * total
      const bucket = counts.findIndex((count) => {
        left -= count
        return left <= 0
      })
      return Math.exp((bucket + 1) * GROWTH)
    },
  }
}

function bucketOf(ms: number): number {
  return Math.min(BUCKETS - 1, Math.max(0, Math.floor(Math.log(Math.max(ms, 1)) / GROWTH)))
}
