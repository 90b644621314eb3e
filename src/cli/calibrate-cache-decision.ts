import { resolve } from 'node:path'
import { choosePrior } from '../cache/choose-prior.js'
import { ownPriorFile, PriorError, readPriorFile, shippedPriorFile, writePriorFile } from '../cache/prior-file.js'
import type { CachePriorFile, FittedPrior } from '../cache/prior-schema.js'
import { type Calibration, calibrateCache, evaluateCache } from '../calibrate/calibrate-cache.js'
import { readLabels } from '../calibrate/read-labels.js'
import { renderMeasured } from '../calibrate/render-measured.js'
import { widenModel } from '../calibrate/widen-model.js'
import { packageRoot } from '../package-root.js'
import { createStageProgress } from './calibrate-progress.js'
import { type CalibrationModels, openCalibrationModels } from './calibration-models.js'

export interface CalibrateOptions {
  readonly cache: string
  readonly out?: string
  readonly evaluate?: boolean
  readonly fallback?: boolean
  readonly embedder?: string
  readonly verifier: boolean
  readonly config?: string
  readonly dataDir?: string
}

/** @throws CalibrationError, PriorError, ModelError or ConfigError; what was written before is as it was */
export async function calibrateCacheDecision(options: CalibrateOptions): Promise<void> {
  // What can be wrong with the files is said before minutes are spent.
  const labels = await readLabels(options.cache)
  const models = await openCalibrationModels(options)
  const progress = createStageProgress(process.stderr)
  try {
    const common = { ...models, labels, onProgress: progress.onProgress }
    if (options.evaluate === true) {
      const { model, kind } = priorInForce(models)
      const measured = await evaluateCache(model, common)
      progress.end()
      process.stdout.write(`Prior in force: ${kind}\n${renderMeasured(measured)}`)
      return
    }
    const file = options.out === undefined ? ownPriorFile(models.dataDir) : resolve(options.out)
    const before = readPriorFile(file)
    const calibration = await calibrateCache(common)
    progress.end()
    writePriorFile(file, merge(before, calibration, models, options.fallback === true))
    process.stdout.write(`${renderMeasured(calibration.measured)}\nWritten to ${file}\n`)
  } finally {
    progress.end()
    await models.pool.close()
  }
}

function priorInForce({ dataDir, embedder, verifier }: CalibrationModels) {
  const files = [ownPriorFile(dataDir), shippedPriorFile(packageRoot())].flatMap((file) => readPriorFile(file) ?? [])
  const chosen = choosePrior({ files, embedder: embedder.fingerprint, verifier: verifier?.fingerprint ?? null })
  if (chosen === undefined) throw new PriorError('There is no prior for these models. Fit one without --evaluate.')
  return chosen
}

/** Priors of other models stay; that of these is replaced. */
function merge(
  before: CachePriorFile | undefined,
  { model, measured }: Calibration,
  { embedder, verifier }: CalibrationModels,
  withFallback: boolean,
): CachePriorFile {
  const { requests, candidates, right, clusters, reliability } = measured
  const fitted: FittedPrior = {
    embedder: { name: embedder.name, fingerprint: embedder.fingerprint },
    verifier: verifier === null ? null : { name: verifier.name, fingerprint: verifier.fingerprint },
    ...model,
    fittedOn: { requests, candidates, right, clusters },
    reliability,
  }
  const others = (before?.priors ?? []).filter((prior) => modelsOf(prior) !== modelsOf(fitted))
  return {
    version: 1,
    priors: [...others, fitted],
    fallback: withFallback ? widenModel(model) : (before?.fallback ?? null),
  }
}

const modelsOf = ({ embedder, verifier }: FittedPrior): string =>
  `${embedder.fingerprint} ${verifier?.fingerprint ?? 'none'}`
