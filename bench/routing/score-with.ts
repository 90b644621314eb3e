import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { createInferencePool } from '../../src/inference/pool.js'
import { threadCount } from '../../src/inference/thread-count.js'
import { chooseModels } from '../../src/model-registry/choose-models.js'
import { readManifest } from '../../src/model-registry/manifest.js'
import { packageRoot } from '../../src/package-root.js'
import { systemClock } from '../../src/telemetry/system-clock.js'

/** Nobody waits for an answer. */
const LIMITS = { maxQueue: 1024, deadlineMs: 600_000 }
const AT_ONCE = 64

/**
 * Scores of prompts by the classifier that comes with llmrouter, in the threads of the gateway's own pool.
 * @param file another fit of the same network; undefined: the one that ships
 */
export async function scoreWith(file: string | undefined, prompts: readonly string[]): Promise<readonly number[]> {
  const root = packageRoot()
  const places = { packageRoot: root, dataDir: join(root, 'no-data') }
  const choice = await chooseModels({ embedder: 'llmrouter-embedder', manifest: readManifest(root), places })
  if (choice.kind !== 'chosen' || choice.classifier === null) throw new Error('The bundled models are not whole.')
  const { classifier, embedder } = choice
  const setup = file === undefined ? classifier.setup : { ...classifier.setup, onnxFile: resolve(file) }
  const pool = createInferencePool({
    setup: { embedder: embedder.setup, classifier: setup, verifier: null },
    threads: threadCount('auto', availableParallelism()),
    limits: () => LIMITS,
    workerFile: join(root, 'dist', 'workers', 'inference.js'),
    clock: systemClock,
  })
  try {
    await pool.ready()
    const scores: number[] = []
    for (let from = 0; from < prompts.length; from += AT_ONCE) {
      const outcomes = await Promise.all(prompts.slice(from, from + AT_ONCE).map((prompt) => pool.analyse(prompt)))
      for (const outcome of outcomes) {
        if (outcome.kind !== 'done') throw new Error(`The classifier gave up: ${outcome.reason}.`)
        scores.push(outcome.value.complexity ?? Number.NaN)
      }
    }
    return scores
  } finally {
    await pool.close()
  }
}
