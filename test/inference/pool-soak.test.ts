import { expect, test } from 'vitest'
import { REAL_THREAD, realSetup } from './real-pool.js'
import { runChild } from './run-child.js'

/** `LLMROUTER_TEST_KILLS=100` asks for more of them. */
const ALL_KILLS = Number(process.env.LLMROUTER_TEST_KILLS ?? 40)
/** The heap and the allocator settle in the first kills: a leak shows after them. */
const WARM_UP_KILLS = Math.floor(0.4 * ALL_KILLS)
const KILLS = ALL_KILLS - WARM_UP_KILLS
/** A thread with its models takes more than 10 MB, so that a leak of them would be more than twice this. */
const MAX_GROWTH_MB = 100

test('many kills under load lose no request and no memory', { timeout: 300_000 }, async () => {
  const load = { setup: realSetup(), workerFile: REAL_THREAD, threads: 2, warmUpKills: WARM_UP_KILLS, kills: KILLS }
  const end = await runChild('soak.mjs', load)
  expect(end).toMatchObject({ code: 0, signal: null, stderr: '' })
  const seen: Readonly<Record<string, number>> = JSON.parse(end.stdout)
  expect(seen).toMatchObject({ unavailable: 0, wrong: 0, restarts: WARM_UP_KILLS + KILLS })
  expect(seen.done).toBeGreaterThan(KILLS)
  expect(Number(seen.rssAfterMb) - Number(seen.rssBeforeMb)).toBeLessThan(MAX_GROWTH_MB)
})
