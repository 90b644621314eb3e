import { logOdds, sigmoid } from '../../core/hit-model/log-odds.js'
import { type LabelNoise, observeLabel } from '../../core/hit-model/observe-label.js'
import { adequacyAt, type RoutingCurve } from './routing-curve.js'

/**
 * How the cheap model does on traffic of one's own, against what a curve says: the log-odds that it is as good as the strong
 * one are a straight line in those of the curve. Plain data.
 */
export interface AdequacyLearning {
  /** Level and slope. */
  readonly mean: readonly number[]
  readonly covariance: readonly (readonly number[])[]
  readonly labels: number
}

export interface AdequacyLabel {
  readonly score: number
  readonly isAdequate: boolean
  readonly noise: LabelNoise
}

/** Log-odds of the curve at which level and slope say different things. */
const CENTRE = 2
/** The pair that curves were fitted to may be worse or better by this much; the order of prompts is trusted more. */
const [LEVEL_VARIANCE, SLOPE_VARIANCE] = [1, 0.04]
const FORGETTING = 0.999
const MOST_LOG_ODDS = 6

/** The curve as it is. */
export const NOTHING_LEARNT: AdequacyLearning = {
  mean: [CENTRE, 1],
  covariance: [
    [LEVEL_VARIANCE, 0],
    [0, SLOPE_VARIANCE],
  ],
  labels: 0,
}

export function learnAdequacy(
  learning: AdequacyLearning,
  { isAdequate, noise, score }: AdequacyLabel,
  curve: RoutingCurve,
): AdequacyLearning {
  const row = [1, relativeLogOdds(adequacyAt(curve, score)) - CENTRE]
  const { covariance, mean } = observeLabel(
    learning,
    { row, label: isAdequate ? 1 : 0, labelNoise: noise },
    { forgetting: FORGETTING, widest: NOTHING_LEARNT.covariance },
  )
  return { mean, covariance, labels: learning.labels + 1 }
}

/** What was learnt speaks of the cheap model against the strong one, whose own column stays as it is. */
export function correctCurve(curve: RoutingCurve, { labels, mean: [level = CENTRE, slope = 1] }: AdequacyLearning) {
  if (labels === 0) return curve
  // Scores that would be the wrong way round tell nothing.
  const rising = Math.max(0, slope)
  return curve.map((point) => {
    const adequate = sigmoid(level + rising * (relativeLogOdds(point) - CENTRE))
    return { ...point, cheap: Math.min(point.strong, point.strong * adequate) }
  })
}

function relativeLogOdds({ cheap, strong }: { readonly cheap: number; readonly strong: number }): number {
  return logOdds(strong === 0 ? 1 : cheap / strong, MOST_LOG_ODDS)
}
