import type { Posterior } from './fit-logistic.js'
import { sigmoid } from './log-odds.js'
import { dot, quadratic, type Vector } from './symmetric-matrix.js'

/** How a raw feature becomes a column: (value − centre) / scale, held within ±`COLUMN_LIMIT`. */
export interface Column {
  readonly name: string
  readonly centre: number
  /** Positive. */
  readonly scale: number
}

/**
 * What the gateway believes about its cache: for a candidate, P(the kept answer is right), and how sure it is of that.
 * The first coefficient is the intercept, the others follow `columns`.
 */
export interface HitModel extends Posterior {
  readonly columns: readonly Column[]
  /**
   * Candidates with a smaller cosine are not considered. Few of them are right, and a model that had to get those many
   * right too would get the few wrong that could be served.
   */
  readonly cosineFloor: number
  /** How many standard deviations below the mean of the log-odds the lower bound lies. */
  readonly boundDeviations: number
}

/** So many standard deviations from the centre say all there is to say; one odd prompt must not decide by itself. */
const COLUMN_LIMIT = 5

/** 1, then each column. NaN where the feature is missing or not finite. */
export function designRow(columns: readonly Column[], features: Readonly<Record<string, number>>): Vector {
  return [1, ...columns.map((column) => standardise(features[column.name], column))]
}

function standardise(value: number | undefined, { centre, scale }: Column): number {
  if (value === undefined || !Number.isFinite(value)) return Number.NaN
  return Math.min(COLUMN_LIMIT, Math.max(-COLUMN_LIMIT, (value - centre) / scale))
}

export interface HitProbability {
  /** P(the kept answer is right), averaged over what the coefficients may be. */
  readonly mean: number
  /** P at the coefficients' lower end: what `bounded` mode compares to 1 − `maxFalseHitRate`. */
  readonly lowerBound: number
}

/** A row with a value that is not finite is never right: guards that fail close to a miss. */
const UNKNOWN: HitProbability = { mean: 0, lowerBound: 0 }

/**
 * The mean by MacKay's (1992) approximation: the logistic of the log-odds' mean, moderated by 1 / √(1 + π s² / 8).
 * The bound is the logistic of mean − `boundDeviations` · s.
 */
export function predictHit(model: HitModel, row: Vector): HitProbability {
  const eta = dot(model.mean, row)
  const variance = quadratic(model.covariance, row)
  if (!Number.isFinite(eta) || !Number.isFinite(variance)) return UNKNOWN
  const deviation = Math.sqrt(Math.max(0, variance))
  return {
    mean: sigmoid(eta / Math.sqrt(1 + (Math.PI * variance) / 8)),
    lowerBound: sigmoid(eta - model.boundDeviations * deviation),
  }
}
