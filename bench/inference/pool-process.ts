/** A process with nothing in it but a pool. `node pool-process.js '{"setup":…,"threads":1}'`, reports to its parent. */
import type { EmbedderSetup } from '../../src/inference/contract.js'
import { done } from './done.js'
import { openPool } from './open-pool.js'
import { makeTexts } from './prompts.js'

export interface PoolProcessJob {
  readonly setup: EmbedderSetup
  readonly threads: number
}

/** Resident bytes of the process. */
export interface PoolProcessReport {
  readonly withoutPool: number
  readonly ready: number
  /** After texts of every length, batched and not. */
  readonly used: number
}

const LENGTHS = [16, 64, 128, 256]
/** Enough for the arenas to grow to what they need. */
const USES = 2

// The parent's own JSON.
const { setup, threads } = JSON.parse(process.argv[2] ?? '') as PoolProcessJob
const withoutPool = process.memoryUsage.rss()
const pool = await openPool(setup, threads)
process.send?.('ready')
const ready = process.memoryUsage.rss()
for (const length of LENGTHS) {
  const texts = makeTexts(16, length)
  for (let n = 0; n < USES; n++) await Promise.all(Array.from({ length: threads }, () => pool.embed(texts).then(done)))
}
const report: PoolProcessReport = { withoutPool, ready, used: process.memoryUsage.rss() }
process.send?.(report)
await pool.close()
process.disconnect?.()
