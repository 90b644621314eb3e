import type { Stats } from '../../http/stats/stats.js'
import { gapAt, type Sample, sampleOf } from './sample.js'

/** The seconds that the page has seen, oldest first. */
export interface History {
  add(stats: Stats): void
  /** The newest, so many seconds of them. */
  last(seconds: number): readonly Sample[]
}

/** What the longest span of the charts takes. */
const MOST_SECONDS = 1800
const RATES_OVER_SECONDS = 10
/** The gateway tells something each second; a page that is late now and then has not missed anything yet. */
const MISSED_SECONDS = 4

export function createHistory(): History {
  let samples: readonly Sample[] = []
  return {
    add(stats) {
      const sample = sampleOf(stats, earlier(samples, stats))
      const newest = samples.at(-1)
      if (newest !== undefined && sample.at <= newest.at) samples = []
      const hasMissed = newest !== undefined && sample.at - newest.at > MISSED_SECONDS
      const gap = hasMissed ? [gapAt(sample.at - 1, sample)] : []
      samples = [...samples, ...gap, sample].slice(-MOST_SECONDS)
    },
    last(seconds) {
      const newest = samples.at(-1)
      return newest === undefined ? [] : samples.filter(({ at }) => at > newest.at - seconds)
    },
  }
}

/** The sample to count from. A process that has started again counts from nothing. */
function earlier(samples: readonly Sample[], stats: Stats): Sample | undefined {
  const from = Date.parse(stats.at) / 1000 - RATES_OVER_SECONDS - 0.5
  const sample = samples.find(({ at }) => at >= from)
  return sample === undefined || sample.uptimeSeconds > stats.uptime_seconds ? undefined : sample
}
