import { join } from 'node:path'
import type { EmbedderSetup, ScorerSetup } from '../../src/inference/contract.js'
import type { InferencePool, PoolObserver } from '../../src/inference/inference-pool.js'
import { createInferencePool } from '../../src/inference/pool.js'
import { packageRoot } from '../../src/package-root.js'
import { systemClock } from '../../src/telemetry/system-clock.js'

/** Nothing is turned away: a bench wants to know how long it takes. */
const LIMITS = { maxQueue: 1_000_000, deadlineMs: 600_000 }

interface MoreOptions {
  readonly observer?: PoolObserver
  readonly verifier?: ScorerSetup | null
}

/** A pool with an embedder and no classifier, when its threads are ready. */
export async function openPool(
  embedder: EmbedderSetup,
  threads: number,
  { observer, verifier = null }: MoreOptions = {},
): Promise<InferencePool> {
  const pool = createInferencePool({
    setup: { embedder, classifier: null, verifier },
    threads,
    limits: () => LIMITS,
    workerFile: join(packageRoot(), 'dist/workers/inference.js'),
    clock: systemClock,
    ...(observer !== undefined && { observer }),
  })
  await pool.ready()
  return pool
}
