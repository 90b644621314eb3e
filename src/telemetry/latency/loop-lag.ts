import type { LatencySeries } from './latency-series.js'

const INTERVAL_MS = 20

/** Looks how late a timer comes. While the event loop is kept busy no timer comes at all, which is corrected for. */
export function watchLoopLag(series: LatencySeries): () => void {
  let due = performance.now() + INTERVAL_MS
  const timer = setInterval(() => {
    const now = performance.now()
    series.recordSampled(Math.max(0, now - due), INTERVAL_MS)
    due = now + INTERVAL_MS
  }, INTERVAL_MS).unref()
  return () => clearInterval(timer)
}
