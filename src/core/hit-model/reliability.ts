import { type Interval, wilsonInterval } from './wilson-interval.js'

/** Rows whose prediction lies in one tenth of [0, 1]. */
export interface ReliabilityBand {
  /** Of the predicted probability. */
  readonly from: number
  readonly to: number
  readonly rows: number
  /** Mean of what was predicted, and the share that was right; 0 for a band without rows. */
  readonly predicted: number
  readonly observed: number
  readonly interval: Interval
}

export interface Judged {
  readonly predicted: number
  readonly isRight: boolean
}

const BANDS = 10

/** What was predicted beside what was seen, by tenths of the prediction. */
export function reliability(judged: readonly Judged[]): readonly ReliabilityBand[] {
  return Array.from({ length: BANDS }, (_, band) => {
    const inBand = judged.filter(({ predicted }) => Math.min(BANDS - 1, Math.floor(predicted * BANDS)) === band)
    const right = inBand.filter(({ isRight }) => isRight).length
    const rows = inBand.length
    return {
      from: band / BANDS,
      to: (band + 1) / BANDS,
      rows,
      predicted: rows === 0 ? 0 : inBand.reduce((sum, { predicted }) => sum + predicted, 0) / rows,
      observed: rows === 0 ? 0 : right / rows,
      interval: wilsonInterval(right, rows),
    }
  })
}
