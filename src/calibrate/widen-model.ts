import type { HitModel } from '../core/hit-model/hit-model.js'
import { diagonal, plus, scaled } from '../core/hit-model/symmetric-matrix.js'

/** What another embedder changes: how near is near, and what the verifier makes of its cosines. */
const OF_THE_EMBEDDER: readonly string[] = ['closeness', 'margin', 'verifierLogOdds']

/** Standard deviations that are added, in log-odds a standard deviation of the feature. */
const INTERCEPT_DOUBT = 0.75
const EMBEDDER_DOUBT = 0.5
const OTHER_DOUBT = 0.15
const WIDENING = 2

/**
 * The same beliefs, held much less firmly: for an embedder that nobody calibrated. How another embedder spreads its
 * cosines is not known, so little more than near copies are served until labels arrive.
 */
export function widenModel(model: HitModel): HitModel {
  const doubts = model.columns.map(({ name }) => (OF_THE_EMBEDDER.includes(name) ? EMBEDDER_DOUBT : OTHER_DOUBT))
  const added = diagonal([INTERCEPT_DOUBT, ...doubts].map((deviation) => deviation ** 2))
  return { ...model, covariance: plus(scaled(model.covariance, WIDENING), added) }
}
