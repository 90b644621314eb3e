import { describe, expect, test } from 'vitest'
import { OBEDIENT_THREAD, obedientSetup } from './obedient-pool.js'
import { runChild } from './run-child.js'

const THREADS = [{ kind: 'obedient', workerFile: OBEDIENT_THREAD, setup: obedientSetup() }] as const

/** Seen: 20 to 30 MB in the first hundred kills, nothing in the next three hundred. */
const MAX_GROWTH_MB = 100
const KILLS = 100

describe.each(THREADS)('a pool of $kind threads under load', ({ workerFile, setup }) => {
  test('loses no request and no memory to a hundred kills', { timeout: 120_000 }, async () => {
    const end = await runChild('soak.mjs', { setup, workerFile, threads: 2, kills: KILLS })
    expect(end).toMatchObject({ code: 0, stderr: '' })
    const counts: unknown = JSON.parse(end.stdout)
    expect(counts).toMatchObject({ unavailable: 0, wrong: 0 })
    const { done, restarts, rssBeforeMb, rssAfterMb } = counts as Record<string, number>
    expect(done).toBeGreaterThan(KILLS)
    expect(restarts).toBeGreaterThanOrEqual(KILLS)
    expect(Number(rssAfterMb) - Number(rssBeforeMb)).toBeLessThan(MAX_GROWTH_MB)
  })
})
