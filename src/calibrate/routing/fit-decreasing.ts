import { logOdds, sigmoid } from '../../core/hit-model/log-odds.js'

/** A prompt's score, and how good an answer to it was. */
export interface Marked {
  readonly score: number
  /** From 0 to 1. */
  readonly quality: number
}

/** Expected quality at a score; never rises. */
export type Decreasing = (score: number) => number

const STEPS = 50
/** Of the logistic curve's coefficients: a normal prior that only matters where there are next to no labels. */
const PRIOR_PRECISION = 0.01
const MOST_LOG_ODDS = 6

/**
 * A logistic curve in the logit of the score (Platt 1999, "Probabilistic outputs for support vector machines"), by
 * Newton's method. Where quality rises with the score the curve is flat: such labels say that the score tells nothing.
 */
export function fitLogisticCurve(rows: readonly Marked[]): Decreasing {
  const [slope, intercept] = fitCoefficients(rows, true)
  if (slope <= 0) return (score) => sigmoid(slope * logit(score) + intercept)
  const [, level] = fitCoefficients(rows, false)
  return () => sigmoid(level)
}

/** The best of all curves that never rise: neighbours that do are taken together (Ayer et al. 1955). */
export function fitSteps(rows: readonly Marked[]): Decreasing {
  const blocks: { score: number; sum: number; rows: number }[] = []
  for (const { quality, score } of [...rows].sort((a, b) => a.score - b.score)) {
    blocks.push({ score, sum: quality, rows: 1 })
    for (let last = blocks.length - 1; last > 0; last -= 1) {
      const [before, after] = [blocks[last - 1], blocks[last]]
      if (before === undefined || after === undefined || after.sum / after.rows < before.sum / before.rows) break
      const together = before.rows + after.rows
      const score = (before.score * before.rows + after.score * after.rows) / together
      blocks.splice(last - 1, 2, { score, sum: before.sum + after.sum, rows: together })
    }
  }
  const points = blocks.map(({ rows, score, sum }) => ({ score, quality: sum / rows }))
  return (score) => interpolate(points, score)
}

function interpolate(points: readonly Marked[], score: number): number {
  const at = points.findIndex((point) => point.score >= score)
  const [before, after] = [points[at - 1], points[at]]
  if (before === undefined || after === undefined) return (after ?? points.at(-1))?.quality ?? 0
  return before.quality + ((score - before.score) / (after.score - before.score)) * (after.quality - before.quality)
}

function fitCoefficients(rows: readonly Marked[], withSlope: boolean): readonly [slope: number, intercept: number] {
  let [slope, intercept] = [0, 0]
  for (let step = 0; step < STEPS; step += 1) {
    let [gs, gi] = [-PRIOR_PRECISION * slope, -PRIOR_PRECISION * intercept]
    let [hss, hsi, hii] = [PRIOR_PRECISION, 0, PRIOR_PRECISION]
    for (const { quality, score } of rows) {
      const x = withSlope ? logit(score) : 0
      const p = sigmoid(slope * x + intercept)
      gs += (quality - p) * x
      gi += quality - p
      const weight = p * (1 - p)
      hss += weight * x * x
      hsi += weight * x
      hii += weight
    }
    const determinant = hss * hii - hsi * hsi
    const move = [(hii * gs - hsi * gi) / determinant, (hss * gi - hsi * gs) / determinant] as const
    slope += held(move[0])
    intercept += held(move[1])
    if (Math.abs(move[0]) + Math.abs(move[1]) < 1e-10) break
  }
  return [slope, intercept]
}

/** A full step may overshoot where the labels are nearly separable. */
const held = (step: number): number => Math.min(2, Math.max(-2, step))
const logit = (score: number): number => logOdds(score, MOST_LOG_ODDS)
