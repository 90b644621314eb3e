import type { InferencePool } from '../../src/inference/inference-pool.js'
import { done } from './done.js'
import { makeTexts } from './prompts.js'

/** Keeps more work before the pool than its threads can do. */
export interface Saturation {
  begin(): void
  /** Resolves with embeddings per second, when what was under way has come back; 0 if it had not begun. */
  end(): Promise<number>
}

const TOKENS = 64
const TEXTS_PER_TASK = 8
const CALLERS_PER_THREAD = 16

export function createSaturation(pool: InferencePool, threads: number): Saturation {
  const texts = makeTexts(TEXTS_PER_TASK, TOKENS)
  let running = false
  let startMs = 0
  let embedded = 0
  let callers: Promise<void>[] = []

  async function call(): Promise<void> {
    while (running) {
      done(await pool.embed(texts))
      embedded += texts.length
    }
  }

  return {
    begin() {
      running = true
      embedded = 0
      startMs = performance.now()
      callers = Array.from({ length: CALLERS_PER_THREAD * threads }, call)
    },
    async end() {
      const seconds = (performance.now() - startMs) / 1000
      const rate = running ? embedded / seconds : 0
      running = false
      await Promise.all(callers)
      callers = []
      return rate
    },
  }
}
