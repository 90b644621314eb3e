import type { InferencePool } from '../../src/inference/inference-pool.js'
import { createLatencies } from '../latencies.js'
import type { BenchPart, PartContext } from '../parts/part.js'
import { done } from './done.js'
import { keepInFlight } from './keep-in-flight.js'
import { makeNetwork } from './networks.js'
import { openPool } from './open-pool.js'

const TABLE = 'an empty task through the pool'
const P50 = { label: 'p50 ms', digits: 3 }
const P99 = { label: 'p99 ms', digits: 3 }
const RATE = { label: 'tasks/s', digits: 0 }
const ONE = '1 thread, one at a time'
const IN_FLIGHT = [16, 64, 256]
const THREADS = [1, 2]

/** What a request pays for being handled in another thread, before any model has run. */
export const hopPart: BenchPart = {
  name: 'hop',
  about: 'what an empty task costs, alone and with many under way',
  async run(context) {
    const { figures } = context
    for (const threads of THREADS) {
      const pool = await openPool(makeNetwork('bundled int8'), threads)
      await keepInFlight(64, 1, () => pool.ping().then(done))
      for (let round = 0; round < context.rounds; round++) await measureRound(pool, threads, context)
      await pool.close()
    }
    figures.expect({ table: TABLE, subject: ONE, column: P50, sense: 'at most', limit: 0.15 })
    figures.expect({ table: TABLE, subject: inFlight(1, 64), column: RATE, sense: 'at least', limit: 20_000 })
  },
}

async function measureRound(pool: InferencePool, threads: number, { figures, quick }: PartContext): Promise<void> {
  if (threads === 1) {
    const latencies = createLatencies()
    const seconds = await keepInFlight(1, quick ? 0.5 : 2, () => pool.ping().then(done), latencies)
    const { count, p50, p99 } = latencies.percentiles()
    figures.add(TABLE, ONE, P50, p50 / 1000)
    figures.add(TABLE, ONE, P99, p99 / 1000)
    figures.add(TABLE, ONE, RATE, count / seconds)
  }
  for (const count of IN_FLIGHT) {
    const latencies = createLatencies()
    const seconds = await keepInFlight(count, quick ? 0.5 : 2, () => pool.ping().then(done), latencies)
    const { count: answered, p50, p99 } = latencies.percentiles()
    figures.add(TABLE, inFlight(threads, count), P50, p50 / 1000)
    figures.add(TABLE, inFlight(threads, count), P99, p99 / 1000)
    figures.add(TABLE, inFlight(threads, count), RATE, answered / seconds)
  }
}

function inFlight(threads: number, count: number): string {
  return `${threads} thread${threads === 1 ? '' : 's'}, ${count} in flight`
}
