import type { CurvePoint, RoutingCurve } from '../../routing/target/routing-curve.js'
import { CalibrationError } from '../calibration-error.js'
import { type Decreasing, fitLogisticCurve, fitSteps, type Marked } from './fit-decreasing.js'
import type { AdequacyLabel } from './read-prompts.js'

export interface LabelledScore {
  readonly score: number
  readonly label: AdequacyLabel
}

export interface FittedCurve {
  readonly curve: RoutingCurve
  readonly method: 'platt' | 'isotonic'
  /** Of each row, in order, by curves that had not seen it. */
  readonly heldOut: readonly CurvePoint[]
}

type Method = FittedCurve['method']
type FitCurve = (rows: readonly Marked[]) => Decreasing

const FITS: Readonly<Record<Method, FitCurve>> = { platt: fitLogisticCurve, isotonic: fitSteps }
const FOLDS = 5
const GRID = 40
const FEWEST = 50
const FEWEST_OF_EACH = 10
/** Steps follow the noise of fewer labels. */
const FEWEST_FOR_STEPS = 1000

/** What scores mean by labels of one's own: of two kinds of curve the one that predicts labels it has not seen. @throws CalibrationError */
export function fitCurve(rows: readonly LabelledScore[]): FittedCurve {
  insistOnEnough(rows)
  const methods: readonly Method[] = rows.length < FEWEST_FOR_STEPS ? ['platt'] : ['platt', 'isotonic']
  const tried = methods.map((method) => ({ method, heldOut: crossFit(rows, FITS[method]) }))
  const [best] = tried.sort((a, b) => brier(a.heldOut, rows) - brier(b.heldOut, rows))
  if (best === undefined) throw new RangeError('There is a method.')
  const at = curvesOf(rows, FITS[best.method])
  return { ...best, curve: Array.from({ length: GRID + 1 }, (_, step) => at(step / GRID)) }
}

function insistOnEnough(rows: readonly LabelledScore[]): void {
  const right = rows.filter(({ label }) => label.cheap >= 0.5).length
  if (rows.length >= FEWEST && Math.min(right, rows.length - right) >= FEWEST_OF_EACH) return
  throw new CalibrationError(
    `Too few labels: ${right} prompts that the cheap model answered well and ${rows.length - right} that it did not; at least ${FEWEST} together and ${FEWEST_OF_EACH} of either are needed.`,
  )
}

function curvesOf(rows: readonly LabelledScore[], fitOne: FitCurve): (score: number) => CurvePoint {
  const cheap = fitOne(rows.map(({ label, score }) => ({ score, quality: label.cheap })))
  const strong = fitOne(rows.map(({ label, score }) => ({ score, quality: label.strong })))
  return (score) => {
    const adequate = round(cheap(score))
    return { score, cheap: adequate, strong: Math.max(adequate, round(strong(score))) }
  }
}

function crossFit(rows: readonly LabelledScore[], fitOne: FitCurve): readonly CurvePoint[] {
  const folds = Array.from({ length: FOLDS }, (_, fold) =>
    curvesOf(
      rows.filter((_, at) => at % FOLDS !== fold),
      fitOne,
    ),
  )
  return rows.map(({ score }, at) => folds[at % FOLDS]?.(score) ?? { score, cheap: 0, strong: 0 })
}

/** Mean squared error. */
function brier(heldOut: readonly CurvePoint[], rows: readonly LabelledScore[]): number {
  const error = heldOut.reduce((sum, { cheap, strong }, at) => {
    const label = rows[at]?.label ?? { cheap: 0, strong: 0 }
    return sum + (cheap - label.cheap) ** 2 + (strong - label.strong) ** 2
  }, 0)
  return error / rows.length
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4
