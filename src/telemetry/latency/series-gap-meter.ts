import type { GapMeter } from '../../core/gap-meter.js'
import type { LatencySeries } from './latency-series.js'

/** A longer gap in a stream is a stall: a reader notices. */
const STALL_MS = 1000

/** Where else the gaps of a stream are counted. */
export interface GapSinks {
  readonly buckets: { observe(seconds: number, times: number): void }
  readonly onStall: () => void
}

/**
 * Counts each piece but the first of a stream: with the time since those before it, or with 0 when it came with the piece
 * before, since that is when a client could have it.
 */
export class SeriesGapMeter implements GapMeter {
  readonly #series: LatencySeries
  readonly #sinks: GapSinks | undefined
  #lastAt: number | undefined

  constructor(series: LatencySeries, sinks?: GapSinks) {
    this.#series = series
    this.#sinks = sinks
  }

  pieces(count: number, atMs: number): void {
    if (this.#lastAt !== undefined) this.#gap(atMs - this.#lastAt)
    this.#lastAt = atMs
    if (count === 1) return
    this.#series.recordMany(0, count - 1)
    this.#sinks?.buckets.observe(0, count - 1)
  }

  interrupted(): void {
    this.#lastAt = undefined
  }

  #gap(ms: number): void {
    this.#series.record(ms)
    this.#sinks?.buckets.observe(ms / 1000, 1)
    if (ms > STALL_MS) this.#sinks?.onStall()
  }
}
