import { guardOf } from '../core/hit-model/assess-candidate.js'
import {
  CANDIDATE_FEATURES,
  type CandidateFeatureName,
  candidateFeatures,
} from '../core/hit-model/candidate-features.js'
import { fitLogistic } from '../core/hit-model/fit-logistic.js'
import { type Column, designRow, type HitModel } from '../core/hit-model/hit-model.js'
import type { LabelledCandidate } from './find-candidates.js'

/**
 * Standard deviations of the coefficients before any label is seen: log-odds for one standard deviation of a feature.
 * Wide against what labels say, narrow enough to keep a fit on a handful of rows sober.
 */
const INTERCEPT_DEVIATION = 5
const COEFFICIENT_DEVIATION = 1

/** Bounds lie this many standard deviations below the mean: one-sided 95 %. */
const BOUND_DEVIATIONS = 1.645

/** Share of right ones among all candidates from the floor up. Chosen by cross-validation, as the features were. */
const RIGHT_ABOVE_FLOOR = 0.65

/**
 * The decision's model from labelled candidates, fitted on those that no guard holds back. A feature that is the same
 * in all of them says nothing and has no column.
 */
export function fitHitModel(candidates: readonly LabelledCandidate[]): HitModel {
  const cosineFloor = chooseFloor(candidates)
  const known = candidates.filter((candidate) => guardOf(cosineFloor, candidate) === undefined)
  const rows = known.map((candidate) => ({ ...candidate, features: candidateFeatures(candidate) }))
  const columns = CANDIDATE_FEATURES.flatMap((name) =>
    columnOf(
      name,
      rows.map(({ features }) => features),
    ),
  )
  const { mean, covariance } = fitLogistic({
    rows: rows.map(({ features, rightness, cluster }) => ({
      ...{ values: designRow(columns, features), cluster },
      label: rightness,
    })),
    priorPrecision: [INTERCEPT_DEVIATION ** -2, ...columns.map(() => COEFFICIENT_DEVIATION ** -2)],
  })
  return { columns, mean, covariance, cosineFloor, boundDeviations: BOUND_DEVIATIONS }
}

/** The lowest cosine from which on enough candidates are right; the highest of all if there is none. */
function chooseFloor(candidates: readonly LabelledCandidate[]): number {
  const near = candidates.filter((candidate) => guardOf(-1, candidate) === undefined)
  const sorted = near.toSorted((a, b) => b.cosine - a.cosine)
  let right = 0
  let floor = sorted[0]?.cosine ?? 1
  sorted.forEach(({ rightness, cosine }, i) => {
    right += rightness
    if (right >= RIGHT_ABOVE_FLOOR * (i + 1)) floor = cosine
  })
  return floor
}

const SMALLEST_SCALE = 1e-6

function columnOf(
  name: CandidateFeatureName,
  rows: readonly Readonly<Record<CandidateFeatureName, number>>[],
): readonly Column[] {
  const centre = rows.reduce((sum, features) => sum + features[name], 0) / rows.length
  const variance = rows.reduce((sum, features) => sum + (features[name] - centre) ** 2, 0) / rows.length
  const scale = Math.sqrt(variance)
  return scale > SMALLEST_SCALE ? [{ name, centre, scale }] : []
}
