import { type Interval, wilsonInterval } from '../core/hit-model/wilson-interval.js'
import type { Predicted } from './predict-all.js'

/** How a stream would be served at one `maxFalseHitRate`. */
export interface Service {
  readonly maxFalseHitRate: number
  readonly hits: number
  readonly wrong: number
  /** Of the requests. */
  readonly servedShare: number
  /** Of the hits; 0 without hits. */
  readonly wrongShare: number
  readonly wrongInterval: Interval
  /**
   * Largest share that a cut on the nearest neighbour's cosine serves with no larger share of wrong hits. The cut is
   * chosen on this very stream with its labels, which is more than any cut can have in service.
   */
  readonly cutShare: number
}

export const FALSE_HIT_RATES = [0.02, 0.05, 0.1] as const

/** `predicted`: the candidates of `requests` requests. */
export function measureService(predicted: readonly Predicted[], requests: number, maxFalseHitRate: number): Service {
  const served = [...bestOf(predicted, boundOf)].filter((row) => boundOf(row) >= 1 - maxFalseHitRate)
  const hits = served.length
  const wrong = served.filter(({ isRight }) => !isRight).length
  const wrongShare = hits === 0 ? 0 : wrong / hits
  return {
    ...{ maxFalseHitRate, hits, wrong, wrongShare },
    servedShare: hits / requests,
    wrongInterval: wilsonInterval(wrong, hits),
    cutShare: largestCut([...bestOf(predicted, ({ cosine }) => cosine)], wrongShare) / requests,
  }
}

/** Less than any bound for what a guard holds back. */
const boundOf = ({ probability }: Predicted): number => probability?.lowerBound ?? -1

/** The best candidate of each request; none if its score is negative. */
function bestOf(rows: readonly Predicted[], score: (row: Predicted) => number): Iterable<Predicted> {
  const best = new Map<number, Predicted>()
  for (const row of rows) {
    const other = best.get(row.request)
    if (score(row) >= 0 && (other === undefined || score(row) > score(other))) best.set(row.request, row)
  }
  return best.values()
}

/** Most rows that lie above some cosine with at most this share of wrong ones among them. */
function largestCut(rows: readonly Predicted[], wrongShare: number): number {
  const sorted = rows.toSorted((a, b) => b.cosine - a.cosine)
  let wrong = 0
  let largest = 0
  sorted.forEach(({ isRight, cosine }, i) => {
    if (!isRight) wrong++
    // A cut cannot part equal cosines.
    if (sorted[i + 1]?.cosine !== cosine && wrong <= wrongShare * (i + 1)) largest = i + 1
  })
  return largest
}
