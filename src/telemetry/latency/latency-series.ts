import type { Float64Histogram } from 'hdr-histogram-js'
import { createEndlessHistogram, MicrosHistogram, toMicros } from './micros-histogram.js'
import { addSlice, type Slice, sliceOf } from './slice.js'
import { valuesAt } from './values-at.js'

export const LATENCY_WINDOWS = ['10s', '1m', '5m', 'all'] as const

/** `all`: since the process started. */
export type LatencyWindow = (typeof LATENCY_WINDOWS)[number]

/** Milliseconds; all 0 when there is nothing. */
export interface LatencySummary {
  readonly count: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

const SECONDS_A_DECADE = 10
const DECADES: Readonly<Record<'1m' | '5m', number>> = { '1m': 6, '5m': 30 }

/**
 * Latencies of one kind, in HDR histograms. What is recorded goes into the second under way; each second becomes a slice,
 * ten of them a slice of ten seconds, and a window is put together from slices when somebody asks. So recording costs the
 * same whatever is asked for, and a window holds its length and what has begun since: `1m` speaks of 60 to 70 seconds.
 */
export class LatencySeries {
  readonly #second = new MicrosHistogram()
  readonly #ever = createEndlessHistogram()
  /** The newest ten, newest last. */
  #seconds: readonly Slice[] = []
  /** Slices of ten seconds, for five minutes, newest last. */
  #decades: readonly Slice[] = []
  #ticks = 0
  #sumMs = 0

  record(ms: number): void {
    this.#second.record(ms)
    this.#sumMs += ms
  }

  recordMany(ms: number, count: number): void {
    this.#second.recordValueWithCount(toMicros(ms), count)
    this.#sumMs += ms * count
  }

  /**
   * For what is sampled every `intervalMs`: a sample that comes late stands for those that should have been taken
   * meanwhile, and would have seen the rest of the same delay (coordinated omission).
   */
  recordSampled(ms: number, intervalMs: number): void {
    this.record(ms)
    for (let rest = ms - intervalMs; rest >= intervalMs; rest -= intervalMs) this.record(rest)
  }

  /** A second is over. */
  tick(): void {
    const slice = sliceOf(this.#second)
    if (slice.total > 0) {
      addSlice(this.#ever, slice)
      this.#second.reset()
    }
    this.#seconds = [...this.#seconds.slice(1 - SECONDS_A_DECADE), slice]
    this.#ticks += 1
    if (this.#ticks % SECONDS_A_DECADE !== 0) return
    this.#decades = [...this.#decades.slice(1 - DECADES['5m']), merge(this.#seconds)]
  }

  /** Since the process started, as is `sumMs`. */
  get count(): number {
    return this.#ever.totalCount + this.#second.totalCount
  }

  get sumMs(): number {
    return this.#sumMs
  }

  summary(window: LatencyWindow): LatencySummary {
    const merged = this.#merged(window)
    const [p50 = 0, p90 = 0, p99 = 0, p999 = 0] = valuesAt(merged, [50, 90, 99, 99.9]).map(toMs)
    return { count: merged.totalCount, p50, p90, p99, p999, max: toMs(merged.maxValue) }
  }

  /** In the text format of HdrHistogram's tools, in milliseconds. */
  hgrm(window: LatencyWindow): string {
    return this.#merged(window).outputPercentileDistribution(5, 1000)
  }

  /** Good until anybody's next call. */
  #merged(window: LatencyWindow): Float64Histogram {
    scratch.reset()
    if (window === 'all') scratch.add(this.#ever)
    else for (const slice of this.#slicesOf(window)) addSlice(scratch, slice)
    addSlice(scratch, sliceOf(this.#second))
    return scratch
  }

  #slicesOf(window: Exclude<LatencyWindow, 'all'>): readonly Slice[] {
    if (window === '10s') return this.#seconds
    const begun = this.#ticks % SECONDS_A_DECADE
    return [...this.#decades.slice(-DECADES[window]), ...(begun === 0 ? [] : this.#seconds.slice(-begun))]
  }
}

/** One for all: nothing that reads a window is interrupted. */
const scratch = createEndlessHistogram()

function merge(slices: readonly Slice[]): Slice {
  scratch.reset()
  for (const slice of slices) addSlice(scratch, slice)
  return sliceOf(scratch)
}

function toMs(micros: number): number {
  return micros / 1000
}
