import type { JsHistogram } from 'hdr-histogram-js'

/** The counts of a histogram that are not zero. A few kilobytes, where the whole takes a hundred. */
export interface Slice {
  readonly indexes: Uint16Array
  readonly counts: Uint32Array
  readonly total: number
  /** Microseconds. */
  readonly max: number
}

const EMPTY: Slice = { indexes: new Uint16Array(0), counts: new Uint32Array(0), total: 0, max: 0 }

/** What the histogram holds. */
export function sliceOf(histogram: JsHistogram): Slice {
  if (histogram.totalCount === 0) return EMPTY
  const indexes: number[] = []
  const counts: number[] = []
  const last = histogram.countsArrayIndex(histogram.maxValue)
  for (let index = 0; index <= last; index++) {
    const count = histogram.getCountAtIndex(index)
    if (count === 0) continue
    indexes.push(index)
    counts.push(count)
  }
  return {
    indexes: Uint16Array.from(indexes),
    counts: Uint32Array.from(counts),
    total: histogram.totalCount,
    max: histogram.maxValue,
  }
}

export function addSlice(to: JsHistogram, { counts, indexes, max, total }: Slice): void {
  for (let at = 0; at < indexes.length; at++) to.addToCountAtIndex(indexes[at] ?? 0, counts[at] ?? 0)
  to.addToTotalCount(total)
  if (max > to.maxValue) to.maxValue = max
}
