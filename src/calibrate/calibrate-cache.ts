import type { HitModel } from '../core/hit-model/hit-model.js'
import { type ReliabilityBand, reliability } from '../core/hit-model/reliability.js'
import { CalibrationError } from './calibration-error.js'
import {
  type Candidates,
  type FindOptions,
  findCandidates,
  type LabelledCandidate,
  type Stage,
} from './find-candidates.js'
import { fitHitModel } from './fit-hit-model.js'
import { indexLabels } from './label-index.js'
import { FALSE_HIT_RATES, measureService, type Service } from './measure-service.js'
import { crossPredict, FOLDS, type Predicted, predictAll } from './predict-all.js'
import type { Labels } from './read-labels.js'

export interface CalibrationOptions extends Pick<FindOptions, 'pool' | 'hasVerifier'> {
  readonly labels: Labels
  readonly onProgress: (stage: Stage | 'fitting', done: number, total: number) => void
}

export interface Measured {
  readonly requests: number
  readonly candidates: number
  readonly right: number
  readonly clusters: number
  readonly reliability: readonly ReliabilityBand[]
  readonly services: readonly Service[]
}

export interface Calibration {
  /** Fitted on everything. */
  readonly model: HitModel
  /** By models that had not seen the group at hand. */
  readonly measured: Measured
}

/** Fewer tell nothing: a logistic of a dozen features needs some of either outcome. */
const FEWEST_OF_EACH = 20
const FEWEST_CLUSTERS = 2 * FOLDS

/** Runs the models over the labels, fits the decision and measures it by cross-validation. @throws CalibrationError */
export async function calibrateCache(options: CalibrationOptions): Promise<Calibration> {
  const candidates = await candidatesOf(options)
  insistOnEnough(candidates.rows)
  const predicted = crossPredict(candidates.rows, (done) => options.onProgress('fitting', done, FOLDS + 1))
  const model = fitHitModel(candidates.rows)
  options.onProgress('fitting', FOLDS + 1, FOLDS + 1)
  return { model, measured: measure(predicted, candidates) }
}

/** Measures a model on labels that it was not fitted on. @throws CalibrationError */
export async function evaluateCache(model: HitModel, options: CalibrationOptions): Promise<Measured> {
  const candidates = await candidatesOf(options)
  return measure(predictAll(candidates.rows, model), candidates)
}

function candidatesOf(options: CalibrationOptions): Promise<Candidates> {
  return findCandidates({ ...options, index: indexLabels(options.labels) })
}

function insistOnEnough(rows: readonly LabelledCandidate[]): void {
  const right = rows.filter(({ isRight }) => isRight).length
  const clusters = countClusters(rows)
  if (Math.min(right, rows.length - right) >= FEWEST_OF_EACH && clusters >= FEWEST_CLUSTERS) return
  const needed = `at least ${FEWEST_OF_EACH} right and ${FEWEST_OF_EACH} wrong ones over ${FEWEST_CLUSTERS} groups`
  throw new CalibrationError(
    `Too few labels: ${right} right and ${rows.length - right} wrong candidates over ${clusters} groups; ${needed} are needed.`,
  )
}

function measure(predicted: readonly Predicted[], { rows, requests }: Candidates): Measured {
  return {
    requests,
    candidates: rows.length,
    right: rows.filter(({ isRight }) => isRight).length,
    clusters: countClusters(rows),
    reliability: reliability(
      predicted.flatMap(({ probability, isRight }) =>
        probability === null ? [] : [{ predicted: probability.mean, isRight }],
      ),
    ),
    services: FALSE_HIT_RATES.map((rate) => measureService(predicted, requests, rate)),
  }
}

const countClusters = (rows: readonly LabelledCandidate[]): number => new Set(rows.map(({ cluster }) => cluster)).size
