import { describe, expect, test } from 'vitest'
import { OBEDIENT_THREAD, obedientSetup } from './obedient-pool.js'
import { runChild } from './run-child.js'

const THREADS = [{ kind: 'obedient', workerFile: OBEDIENT_THREAD, setup: obedientSetup() }] as const

/** Ways of a pool to end that leave the process alive, and so can be taken again and again. */
const REPEATABLE = ['idle', 'twice', 'starting', 'loading', 'working', 'crashed']
const FINAL = ['process.exit', 'left']
const ROUNDS = 5

describe.each(THREADS)('a process with $kind threads', ({ workerFile, setup }) => {
  test.each([1, 2, 8].flatMap((threads) => [...REPEATABLE, ...FINAL].map((way) => ({ threads, way }))))(
    'ends by itself and clean, with $threads threads: $way',
    { timeout: 60_000 },
    async ({ threads, way }) => {
      const rounds = REPEATABLE.includes(way) ? ROUNDS : 1
      const end = await runChild('end-pools.mjs', { setup, workerFile, threads, rounds, way })
      expect(end).toEqual({ code: 0, stdout: '', stderr: '' })
    },
  )
})
