import type { JsHistogram } from 'hdr-histogram-js'

/**
 * The values below which so many per cent lie, in one walk over the counts where the library takes one for each.
 *
 * @param percentiles ascending
 */
export function valuesAt(histogram: JsHistogram, percentiles: readonly number[]): readonly number[] {
  const { maxValue, totalCount } = histogram
  if (totalCount === 0) return percentiles.map(() => 0)
  let index = -1
  let seen = 0
  return percentiles.map((percentile) => {
    // 99.9 % of a thousand is 999, whatever binary fractions make of it.
    const wanted = Math.max(1, Math.ceil((percentile / 100) * totalCount * (1 - 1e-12)))
    while (seen < wanted) seen += histogram.getCountAtIndex(++index)
    // What is counted together with the highest value is not above it.
    return Math.min(maxValue, histogram.highestEquivalentValue(histogram.valueFromIndex(index)))
  })
}
