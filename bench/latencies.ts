import { build } from 'hdr-histogram-js'

/** Microseconds. */
export interface Percentiles {
  readonly count: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** Times in microseconds to three digits, up to ten minutes. */
export interface Latencies {
  record(ms: number, count?: number): void
  percentiles(): Percentiles
}

export function createLatencies(): Latencies {
  const histogram = build({ numberOfSignificantValueDigits: 3, highestTrackableValue: 600_000_000 })
  return {
    record(ms, count = 1) {
      histogram.recordValueWithCount(Math.max(0, Math.round(ms * 1000)), count)
    },
    percentiles: () => ({
      count: histogram.totalCount,
      p50: histogram.getValueAtPercentile(50),
      p90: histogram.getValueAtPercentile(90),
      p99: histogram.getValueAtPercentile(99),
      p999: histogram.getValueAtPercentile(99.9),
      max: histogram.maxValue,
    }),
  }
}
