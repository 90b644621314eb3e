import { resolve } from 'node:path'
import { configuredPair, createDirectory } from '../build-runtime.js'
import { type FittedCurve, fitCurve, type LabelledScore } from '../calibrate/routing/fit-curve.js'
import { readPrompts } from '../calibrate/routing/read-prompts.js'
import { renderCurve, renderReliability, renderTarget } from '../calibrate/routing/render-routing.js'
import { curveOfFigures, type FiguresOptions, figuresAt, thresholdFor } from '../calibrate/routing/routing-figures.js'
import { type ScoredPrompt, scorePrompts } from '../calibrate/routing/score-prompts.js'
import { isChatModel } from '../catalogue/shipped-models.js'
import type { Config } from '../config/schema.js'
import type { ChosenModel } from '../model-registry/choose-models.js'
import { ModelError } from '../model-registry/model-error.js'
import { packageRoot } from '../package-root.js'
import { choosePair, type ModelPair } from '../routing/model-pair.js'
import type { RoutingTarget } from '../routing/target/target-state.js'
import { chooseCurve } from '../routing-data/choose-curve.js'
import { ownCurveFile, writeCurveFile } from '../routing-data/curve-file.js'
import { systemClock } from '../telemetry/system-clock.js'
import { createStageProgress } from './calibrate-progress.js'
import { type CalibrationModelOptions, openCalibrationModels } from './calibration-models.js'

export interface CalibrateRoutingOptions extends Omit<CalibrationModelOptions, 'verifier'> {
  readonly prompts: string
  readonly out?: string
  readonly evaluate?: boolean
  /** Undefined: the configured one. */
  readonly target: RoutingTarget | undefined
  readonly answerTokens: number
}

/** Scores kept as what traffic looks like. */
const REFERENCE = 200

/** @throws CalibrationError, CurveError, ModelError or ConfigError; what was written before is as it was */
export async function calibrateRoutingDecision(options: CalibrateRoutingOptions): Promise<void> {
  // What can be wrong with the file is said before minutes are spent.
  const prompts = await readPrompts(options.prompts)
  const models = await openCalibrationModels({ ...options, verifier: false, withClassifier: true })
  const { classifier, config, dataDir, pool } = models
  const progress = createStageProgress(process.stderr)
  try {
    if (classifier === null) throw new ModelError('unusable', 'There is no classifier, so nothing can be scored.')
    const scored = await scorePrompts(pool, prompts, (done) => progress.onProgress('scoring', done, prompts.length))
    progress.end()
    const labelled = scored.flatMap(({ label, score }) => (label === undefined ? [] : [{ label, score }]))
    const isFitted = labelled.length > 0 && options.evaluate !== true
    const fitted = isFitted ? fitCurve(labelled) : undefined
    const warn = (message: string): void => void process.stderr.write(`${message}\n`)
    const { curve } = fitted ?? chooseCurve({ packageRoot: packageRoot(), dataDir, classifier, warn })
    const { answerTokens } = options
    const figures = { prompts: scored, curve, pair: pairOf(config), answerTokens, epochMs: systemClock.epochMs() }
    const target = options.target ?? config.routing.target
    process.stdout.write(report({ figures, target, classifier, fitted, labelled }))
    if (fitted === undefined) return
    const file = options.out === undefined ? ownCurveFile(dataDir) : resolve(options.out)
    writeCurveFile(file, {
      version: 1,
      classifier: { name: classifier.name, version: classifier.version },
      fittedOn: { prompts: labelled.length, method: fitted.method, source: 'labels given to "llmrouter calibrate"' },
      points: [...fitted.curve],
      reference: quantiles(scored),
    })
    process.stdout.write(
      `\nWritten to ${file}; a gateway reads it when it starts and when its configuration is read anew.\n`,
    )
  } finally {
    progress.end()
    await pool.close()
  }
}

interface ReportParts {
  readonly figures: FiguresOptions
  readonly target: RoutingTarget
  readonly classifier: ChosenModel
  readonly fitted: FittedCurve | undefined
  readonly labelled: readonly LabelledScore[]
}

function report({ classifier, figures, fitted, labelled, target }: ReportParts): string {
  const { answerTokens, pair, prompts } = figures
  const of = `${prompts.length} prompts, ${labelled.length} of them labelled, scored by ${classifier.name} ${classifier.version}`
  const who =
    pair === null
      ? 'There are no two models with known prices to choose between.'
      : `Cheap ${pair.cheap.id}, strong ${pair.strong.id}; answers of ${answerTokens} tokens are assumed, prompt tokens estimated.`
  const reliability =
    fitted === undefined
      ? ''
      : `\n\nFitted (${fitted.method}), and beside labels that the fit had not seen:\n\n${renderReliability(labelled, fitted.heldOut)}`
  const at = figuresAt(thresholdFor(target, figures), figures)
  return `${of}.\n${who}${reliability}\n\n${renderCurve(curveOfFigures(figures))}\n\n${renderTarget(target, at)}\n`
}

function pairOf(config: Config): ModelPair | null {
  const models = createDirectory(config)
  return choosePair(configuredPair(config, models), models.catalogue.filter(isChatModel)) ?? null
}

function quantiles(scored: readonly ScoredPrompt[]): number[] {
  const scores = scored.map(({ score }) => score).sort((a, b) => a - b)
  const count = Math.min(REFERENCE, scores.length)
  return Array.from({ length: count }, (_, at) => scores[Math.floor(((at + 0.5) * scores.length) / count)] ?? 0)
}
