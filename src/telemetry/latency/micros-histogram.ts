import { Float64Histogram, Int32Histogram } from 'hdr-histogram-js'

/** An hour in microseconds: longer times count as an hour. */
const HIGHEST = 3_600_000_000
const DIGITS = 3

/** Times in microseconds to three digits, of a while: one count may not pass 2³¹. */
export class MicrosHistogram extends Int32Histogram {
  constructor() {
    super(1, HIGHEST, DIGITS)
  }

  record(ms: number): void {
    this.recordSingleValue(toMicros(ms))
  }

  /**
   * The same as the library's, whose logarithms and powers cost ten times as much: with three digits there are 2,048 counts
   * for the microseconds below 2,048, and 1,024 for each doubling above.
   */
  override countsArrayIndex(micros: number): number {
    const doublings = Math.max(0, 21 - Math.clz32(micros))
    return doublings * 1024 + (micros >>> doublings)
  }
}

/** The same times for as long as the process lives. */
export function createEndlessHistogram(): Float64Histogram {
  return new Float64Histogram(1, HIGHEST, DIGITS)
}

export function toMicros(ms: number): number {
  return Math.min(HIGHEST, Math.max(0, Math.round(ms * 1000)))
}
