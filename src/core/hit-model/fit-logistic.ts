import { sigmoid, softplus } from './log-odds.js'
import {
  decompose,
  dot,
  invert,
  type Matrix,
  multiply,
  plus,
  product,
  scaled,
  transposed,
  type Vector,
  withEigenvalues,
} from './symmetric-matrix.js'

/** One labelled row. The caller puts the constant 1 in front if there is to be an intercept. */
export interface LabelledRow {
  readonly values: Vector
  /** 0 or 1; in between for one that is only likely, which counts as that share of each. */
  readonly label: number
  /** Rows with one cluster are not independent: wordings of one question, and what they were compared to. */
  readonly cluster: number
}

/** A normal distribution of the coefficients. */
export interface Posterior {
  readonly mean: Vector
  readonly covariance: Matrix
}

export interface FitOptions {
  readonly rows: readonly LabelledRow[]
  /** Precision (1 / variance) of each coefficient's normal prior around 0; positive, which keeps separable data finite. */
  readonly priorPrecision: Vector
}

const MAX_STEPS = 100
const SMALLEST_STEP = 1e-9

/**
 * Bayesian logistic regression: the most probable coefficients by Newton's method, and a normal distribution around
 * them (Laplace's approximation; MacKay 1992, "The evidence framework applied to classification networks").
 *
 * Its covariance allows for rows of one cluster that say the same thing over again, by the sandwich estimator (Liang &
 * Zeger 1986): H⁻¹ (B + Λ) H⁻¹ with B the sum over clusters of the outer products of their scores, C / (C − 1) times.
 * In no direction does it become narrower than without clusters: with few clusters or rare features the sandwich can
 * collapse, and a bound must not.
 * @throws RangeError when a value is not finite or a row has another length than the prior
 */
export function fitLogistic({ rows, priorPrecision }: FitOptions): Posterior {
  for (const { values } of rows) {
    if (values.length !== priorPrecision.length || !values.every(Number.isFinite))
      throw new RangeError(`A row must have ${priorPrecision.length} finite values.`)
  }
  const mean = mostProbable(rows, priorPrecision)
  const curvature = invert(hessian(rows, priorPrecision, mean))
  return { mean, covariance: widened(curvature, clusterScores(rows, priorPrecision, mean)) }
}

function mostProbable(rows: readonly LabelledRow[], precision: Vector): Vector {
  let mean: Vector = precision.map(() => 0)
  let loss = lossAt(rows, precision, mean)
  for (let step = 0; step < MAX_STEPS; step++) {
    const direction = multiply(invert(hessian(rows, precision, mean)), gradient(rows, precision, mean))
    const better = descend(rows, precision, { mean, loss, direction })
    if (better === undefined) break
    const gained = loss - better.loss
    mean = better.mean
    loss = better.loss
    if (gained < SMALLEST_STEP * (1 + Math.abs(loss))) break
  }
  return mean
}

/** A full Newton step may overshoot where the data are nearly separable: halve it until it helps. */
function descend(
  rows: readonly LabelledRow[],
  precision: Vector,
  from: { readonly mean: Vector; readonly loss: number; readonly direction: Vector },
): { readonly mean: Vector; readonly loss: number } | undefined {
  for (let length = 1; length > SMALLEST_STEP; length /= 2) {
    const mean = from.mean.map((value, i) => value - length * (from.direction[i] ?? 0))
    const loss = lossAt(rows, precision, mean)
    if (loss < from.loss) return { mean, loss }
  }
  return undefined
}

/** Negative log posterior, but for a constant. */
function lossAt(rows: readonly LabelledRow[], precision: Vector, mean: Vector): number {
  let loss = precision.reduce((sum, p, i) => sum + (p * (mean[i] ?? 0) ** 2) / 2, 0)
  for (const { values, label } of rows) {
    const eta = dot(values, mean)
    loss += softplus(eta) - label * eta
  }
  return loss
}

function gradient(rows: readonly LabelledRow[], precision: Vector, mean: Vector): Vector {
  const sum = precision.map((p, i) => p * (mean[i] ?? 0))
  for (const { values, label } of rows) addTimes(sum, values, sigmoid(dot(values, mean)) - label)
  return sum
}

function hessian(rows: readonly LabelledRow[], precision: Vector, mean: Vector): Matrix {
  const sum = precision.map((p, i) => precision.map((_, j) => (i === j ? p : 0)))
  for (const { values } of rows) {
    const p = sigmoid(dot(values, mean))
    sum.forEach((row, i) => {
      addTimes(row, values, p * (1 - p) * (values[i] ?? 0))
    })
  }
  return sum
}

function addTimes(target: number[], values: Vector, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (values[i] ?? 0)
}

/** B + Λ of `fitLogistic`. */
function clusterScores(rows: readonly LabelledRow[], precision: Vector, mean: Vector): Matrix {
  const scores = new Map<number, number[]>()
  for (const { values, label, cluster } of rows) {
    const score = scores.get(cluster) ?? precision.map(() => 0)
    addTimes(score, values, label - sigmoid(dot(values, mean)))
    scores.set(cluster, score)
  }
  const sum = precision.map(() => precision.map(() => 0))
  for (const score of scores.values()) {
    sum.forEach((row, i) => {
      addTimes(row, score, score[i] ?? 0)
    })
  }
  const prior = precision.map((p, i) => precision.map((_, j) => (i === j ? p : 0)))
  return plus(prior, sum, scores.size > 1 ? scores.size / (scores.size - 1) : 1)
}

/**
 * With R = C^½ of the covariance C without clusters, the sandwich is R (R S R) R. Eigenvalues of the inner matrix say by
 * how much clusters widen each direction; those below 1 would narrow it and become 1.
 */
function widened(curvature: Matrix, scores: Matrix): Matrix {
  const root = withEigenvalues(decompose(curvature), (value) => Math.sqrt(Math.max(0, value)))
  const inner = decompose(symmetric(product(product(root, scores), root)))
  return symmetric(
    product(
      product(
        root,
        withEigenvalues(inner, (value) => Math.max(1, value)),
      ),
      root,
    ),
  )
}

/** Rounding leaves the halves a little apart. */
function symmetric(matrix: Matrix): Matrix {
  const half = scaled(matrix, 0.5)
  return plus(half, transposed(half))
}
