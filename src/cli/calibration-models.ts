import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { resolveDataDir } from '../config/data-dir.js'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import type { InferencePool } from '../inference/inference-pool.js'
import { createInferencePool } from '../inference/pool.js'
import { threadCount } from '../inference/thread-count.js'
import { type ChosenEmbedder, type ChosenModel, chooseModels } from '../model-registry/choose-models.js'
import { readManifest } from '../model-registry/manifest.js'
import { ModelError } from '../model-registry/model-error.js'
import { packageRoot } from '../package-root.js'
import { systemClock } from '../telemetry/system-clock.js'

export interface CalibrationModels {
  readonly pool: InferencePool
  readonly embedder: ChosenEmbedder
  /** Null: pairs are not verified. */
  readonly verifier: ChosenModel | null
  readonly hasVerifier: boolean
  /** Null: nothing is scored. */
  readonly classifier: ChosenModel | null
  readonly config: Config
  readonly dataDir: string
}

export interface CalibrationModelOptions {
  readonly embedder?: string
  readonly verifier: boolean
  readonly withClassifier?: boolean
  readonly config?: string
  readonly dataDir?: string
}

/** Nobody waits for an answer: a batch may take as long as it takes. */
const LIMITS = { maxQueue: 1024, deadlineMs: 600_000 }

/** The models as the gateway would load them, in threads. @throws ConfigError or ModelError */
export async function openCalibrationModels(options: CalibrationModelOptions): Promise<CalibrationModels> {
  const { config } = loadConfig({ file: options.config, env: process.env, cwd: process.cwd() })
  const dataDir = options.dataDir === undefined ? resolveDataDir(config, process.env) : resolve(options.dataDir)
  const root = packageRoot()
  const choice = await chooseModels({
    embedder: options.embedder ?? config.inference.embedder,
    manifest: readManifest(root),
    places: { packageRoot: root, dataDir },
  })
  if (choice.kind === 'needs-pull') {
    const { name } = choice.model
    throw new ModelError('unusable', `${name} is ${choice.status}. Run "llmrouter models pull ${name}".`)
  }
  for (const warning of choice.warnings) process.stderr.write(`${warning}\n`)
  const verifier = options.verifier ? choice.verifier : null
  const classifier = options.withClassifier === true ? choice.classifier : null
  const pool = createInferencePool({
    setup: {
      embedder: choice.embedder.setup,
      classifier: classifier?.setup ?? null,
      verifier: verifier?.setup ?? null,
    },
    threads: threadCount(config.inference.threads, availableParallelism()),
    limits: () => LIMITS,
    workerFile: join(root, 'dist', 'workers', 'inference.js'),
    clock: systemClock,
  })
  try {
    await pool.ready()
  } catch (error) {
    await pool.close()
    const reason = error instanceof Error ? error.message : String(error)
    throw new ModelError('unusable', `The models cannot be loaded: ${reason}`, { cause: error })
  }
  const { embedder } = choice
  return { pool, embedder, verifier, hasVerifier: verifier !== null, classifier, config, dataDir }
}
