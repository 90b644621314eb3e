import type { LatencySeries } from '../latency/latency-series.js'
import { type Family, labelText } from './family.js'

export interface LatencySummaryOptions {
  readonly name: string
  readonly help: string
  /** Empty: there is one series. */
  readonly labels: readonly string[]
  readonly series: readonly { readonly values: readonly string[]; readonly series: LatencySeries }[]
}

/**
 * Quantiles of HDR histograms over the last minute; count and sum are of all time, as with every summary.
 */
export function createLatencySummary({ help, labels, name, series }: LatencySummaryOptions): Family {
  return {
    name,
    help,
    type: 'summary',
    samples: () => series.map((one) => samplesOf(one.series, name, labelText(labels, one.values))).join(''),
  }
}

function samplesOf(series: LatencySeries, name: string, labels: string): string {
  const { count, p50, p90, p99, p999 } = series.summary('1m')
  const before = labels === '' ? '' : `${labels},`
  const own = labels === '' ? '' : `{${labels}}`
  const quantiles = [
    [0.5, p50],
    [0.9, p90],
    [0.99, p99],
    [0.999, p999],
  ] as const
  const lines = quantiles.map(([quantile, ms]) => {
    // There is no quantile of nothing, and 0 would be a good one.
    return `${name}{${before}quantile="${quantile}"} ${count === 0 ? 'NaN' : Number((ms / 1000).toFixed(6))}\n`
  })
  return `${lines.join('')}${name}_sum${own} ${series.sumMs / 1000}\n${name}_count${own} ${series.count}\n`
}
