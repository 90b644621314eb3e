import { describe, expect, test } from 'vitest'
import { REAL_THREAD, realSetup } from './real-pool.js'
import { runChild } from './run-child.js'

const setup = realSetup()

/** Ways of a pool to end that leave the process alive, and so can be taken again and again. */
const REPEATABLE = ['idle', 'twice', 'starting', 'loading', 'working', 'crashed']
const FINAL = ['process.exit', 'left']
const CASES = [1, 2, 8].flatMap((threads) => [
  ...REPEATABLE.map((way) => ({ threads, way, rounds: 3 })),
  ...FINAL.map((way) => ({ threads, way, rounds: 1 })),
])

describe('a process with ONNX sessions in its threads', () => {
  test.each(CASES)('ends by itself and clean, with $threads threads: $way', { timeout: 120_000 }, async (ending) => {
    const end = await runChild('end-pools.mjs', { setup, workerFile: REAL_THREAD, ...ending })
    expect(end).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
  })
})
