import { fileURLToPath } from 'node:url'
import type { WorkerSetup } from '../../src/inference/contract.js'
import type { InferencePool } from '../../src/inference/inference-pool.js'
import { createInferencePool, type InferencePoolOptions } from '../../src/inference/pool.js'
import { systemClock } from '../../src/telemetry/system-clock.js'

export const DIMENSION = 4
const OBEDIENT_THREAD = fileURLToPath(new URL('./children/obedient-thread.mjs', import.meta.url))

/**
 * `onnxFile` tells the thread how to load: `broken.onnx`, `exits.onnx`, `slow.onnx`, `….broken-if-present` as the name
 * says, anything else at once.
 */
export function obedientSetup(onnxFile = 'none.onnx'): WorkerSetup {
  return {
    embedder: {
      onnxFile,
      tokenizerFile: 'none.json',
      tokenizerConfigFile: null,
      dimension: DIMENSION,
      maxTokens: 128,
      pooling: 'none',
      normalise: false,
      output: 'sentence_embedding',
      prefix: '',
      longText: 'head',
    },
    classifier: { onnxFile: 'none.onnx', input: 'features', output: 'probability', features: [] },
    verifier: null,
  }
}

/** A pool over threads that do what the text says: see `children/obedient-thread.mjs`. Nothing is late unless asked for. */
export function obedientPool(options: Partial<InferencePoolOptions> = {}): InferencePool {
  return createInferencePool({
    setup: obedientSetup(),
    threads: 1,
    limits: () => ({ maxQueue: 1024, deadlineMs: 10_000 }),
    workerFile: OBEDIENT_THREAD,
    clock: systemClock,
    ...options,
  })
}

/** What every element of a text's vector is. */
export function fingerprint(input: string | readonly number[]): number {
  const codes = typeof input === 'string' ? Array.from(input, (letter) => letter.charCodeAt(0)) : input
  return codes.reduce((sum, code) => (sum * 31 + code) % 65_521, 7)
}
