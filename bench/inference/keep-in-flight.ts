import type { Latencies } from '../latencies.js'

/**
 * So many callers, each of which asks again when it has its answer. Resolves when the last has come, with the seconds
 * it took. Rejects with the first failure.
 */
export async function keepInFlight(
  callers: number,
  seconds: number,
  ask: () => Promise<unknown>,
  latencies?: Latencies,
): Promise<number> {
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  async function call(): Promise<void> {
    for (let askedMs = performance.now(); askedMs < endMs; ) {
      await ask()
      const nowMs = performance.now()
      latencies?.record(nowMs - askedMs)
      askedMs = nowMs
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return (performance.now() - startMs) / 1000
}
