import { logOdds, sigmoid } from '../../core/hit-model/log-odds.js'

/** How probably either model's answer is right, at one score. */
export interface Adequacy {
  readonly cheap: number
  /** Never below `cheap`: a gain by the cheaper model is luck. */
  readonly strong: number
}

export interface CurvePoint extends Adequacy {
  readonly score: number
}

/** What scores of the classifier mean: between two points, the straight line. Scores rise strictly from 0 to 1. */
export type RoutingCurve = readonly CurvePoint[]

export function adequacyAt(curve: RoutingCurve, score: number): Adequacy {
  const above = curve.findIndex((point) => point.score >= score)
  const [before, after] = [curve[above - 1], curve[above]]
  const nearest = after ?? curve.at(-1)
  if (nearest === undefined) throw new RangeError('A curve needs points.')
  if (before === undefined || after === undefined) return { cheap: nearest.cheap, strong: nearest.strong }
  const part = (score - before.score) / (after.score - before.score)
  const between = (from: number, to: number): number => from + part * (to - from)
  return { cheap: between(before.cheap, after.cheap), strong: between(before.strong, after.strong) }
}

/** The curve of a cheap model that is by so much better, in log-odds, or worse. */
export function shiftCurve(curve: RoutingCurve, shift: number): RoutingCurve {
  if (shift === 0) return curve
  return curve.map(({ score, cheap, strong }) => {
    const shifted = sigmoid(logOdds(cheap, MOST_LOG_ODDS) + shift)
    return { score, cheap: shifted, strong: Math.max(strong, shifted) }
  })
}

const MOST_LOG_ODDS = 12
