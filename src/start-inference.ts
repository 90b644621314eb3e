import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { buildLocalEmbedder } from './build-local-embedder.js'
import type { Config } from './config/schema.js'
import { createAnalyser } from './inference/analyse-request.js'
import type { PromptPair } from './inference/contract.js'
import type { PoolStatus } from './inference/inference-pool.js'
import { createInferencePool } from './inference/pool.js'
import { threadCount } from './inference/thread-count.js'
import type { ModelChoice } from './model-registry/choose-models.js'
import { packageRoot } from './package-root.js'
import type { Analyser, LocalEmbedder } from './pipeline/deps.js'
import type { Logger } from './telemetry/log.js'
import type { ProcessFigures } from './telemetry/process-figures.js'
import { systemClock } from './telemetry/system-clock.js'

/** The models at work: what the gateway needs of them. */
export interface Inference {
  readonly analyser: Analyser
  readonly localEmbedder: LocalEmbedder
  /** P(the answer to one answers the other) of each pair; null: it cannot be had in time. */
  verify(pairs: readonly PromptPair[]): Promise<readonly number[] | null>
  /** Resolves when the models are loaded. Rejects with the reason if they cannot be. */
  ready(): Promise<void>
  /** What `/health` tells of the pool. */
  health(): InferenceHealth
  pool(): PoolStatus
  close(): Promise<void>
}

export interface InferenceHealth {
  /** `failed`: the models could not be loaded, and the gateway does without. */
  readonly status: 'ok' | 'starting' | 'failed'
  readonly [detail: string]: unknown
}

/** Nobody looks at prompts. */
export const UNANALYSED: Analyser = { analyse: async () => ({ kind: 'unavailable' }) }

export interface InferenceOptions {
  readonly choice: Extract<ModelChoice, { kind: 'chosen' }>
  /** The configuration in force: queue and deadline may change while the gateway runs. */
  readonly config: () => Config
  readonly log: Logger
  /** Told what the threads do. */
  readonly figures?: ProcessFigures
}

/** Starts the threads; they load their models while the gateway is already listening. */
export function startInference({ choice, config, figures, log }: InferenceOptions): Inference {
  const { embedder, classifier, verifier } = choice
  const pool = createInferencePool({
    setup: { embedder: embedder.setup, classifier: classifier?.setup ?? null, verifier: verifier?.setup ?? null },
    threads: threadCount(config().inference.threads, availableParallelism()),
    limits: () => config().inference,
    workerFile: join(packageRoot(), 'dist', 'workers', 'inference.js'),
    clock: systemClock,
    observer: {
      onBatch: (batch) => figures?.noteBatch(batch),
      onRestart: (cause) => log.warn({ cause }, 'an inference thread died and is replaced'),
    },
  })
  let state: InferenceHealth['status'] = 'starting'
  const ready = pool.ready().then(
    () => {
      state = 'ok'
    },
    (error: unknown) => {
      state = 'failed'
      throw error
    },
  )
  // Whoever waits for it hears of it; nobody needs to.
  ready.catch(() => {})
  return {
    analyser: createAnalyser(pool),
    verify: async (pairs) => {
      const outcome = await pool.verify(pairs)
      return outcome.kind === 'done' ? outcome.value : null
    },
    localEmbedder: buildLocalEmbedder({
      id: embedder.name,
      setup: embedder.setup,
      dimensions: embedder.dimensions,
      pool,
    }),
    ready: () => ready,
    health: () => ({ status: state, ...pool.status(), models: names(choice) }),
    pool: () => pool.status(),
    close: () => pool.close(),
  }
}

/** What `/health` names. Embeddings with different fingerprints are never compared. */
function names({ embedder, classifier, verifier }: InferenceOptions['choice']): object {
  const { name, version, fingerprint, setup } = embedder
  return {
    embedder: { name, version, fingerprint, dimension: setup.dimension },
    classifier: classifier === null ? null : { name: classifier.name, version: classifier.version },
    verifier: verifier === null ? null : { name: verifier.name, version: verifier.version },
  }
}
