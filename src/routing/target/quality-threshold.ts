import { toScore } from '../score.js'
import { type Adequacy, adequacyAt, type RoutingCurve } from './routing-curve.js'

/**
 * A mean can be bought with a few bad answers: no prompt goes to the cheap model that is expected to lose there more than so
 * many times what may be lost on average.
 */
const WORST_TO_MEAN = 10

/**
 * The highest threshold at which prompts with these scores are expected to be answered, together, at least so well as by the
 * strong model alone.
 * @param quality of the strong model's, 0 to 1
 */
export function thresholdForQuality(curve: RoutingCurve, scores: readonly number[], quality: number): number {
  if (quality >= 1) return 0
  const rows = [...scores].sort((a, b) => a - b).map((score) => ({ score, ...adequacyAt(curve, score) }))
  const mayLose = (1 - quality) * rows.reduce((sum, { strong }) => sum + strong, 0)
  let lost = 0
  for (const row of rows) {
    lost += lossOf(row)
    // Those with the same score that came before it are strong as well, which is more than was wanted.
    if (lost > mayLose) return toScore(Math.min(row.score, highestAt(curve, quality)))
  }
  return toScore(highestAt(curve, quality))
}

/** Of the strong model's alone: what answers to these prompts are worth, expected. */
export function qualityAt(curve: RoutingCurve, scores: readonly number[], threshold: number): number {
  let [got, best] = [0, 0]
  for (const score of scores) {
    const { cheap, strong } = adequacyAt(curve, score)
    got += score >= threshold ? strong : cheap
    best += strong
  }
  return best === 0 ? 1 : got / best
}

const lossOf = ({ cheap, strong }: Adequacy): number => strong - cheap

/** Where a prompt alone would lose too much. */
function highestAt(curve: RoutingCurve, quality: number): number {
  const worst = WORST_TO_MEAN * (1 - quality)
  for (let score = 0; score < 1; score += 0.005) {
    const at = adequacyAt(curve, score)
    if (lossOf(at) > worst * at.strong) return score
  }
  return 1
}
