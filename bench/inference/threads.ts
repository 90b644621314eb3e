import { availableParallelism } from 'node:os'
import type { InferencePool } from '../../src/inference/inference-pool.js'
import type { BenchPart, PartContext } from '../parts/part.js'
import { done } from './done.js'
import { keepInFlight } from './keep-in-flight.js'
import { makeNetwork, NETWORK_NAMES, type NetworkName } from './networks.js'
import { openPool } from './open-pool.js'
import { makeTexts } from './prompts.js'

const TABLE = 'texts of 32 tokens embedded a second'
const TOKENS = 32
const THREADS = [1, 2, 3, 4]
const TEXTS = 64
const WAYS = [
  // No more under way than there are threads: nothing queues, so nothing can be batched.
  { label: 'unbatched', callersPerThread: 1, textsPerTask: 1 },
  { label: '32 callers', callersPerThread: undefined, textsPerTask: 1 },
  { label: 'tasks of 8', callersPerThread: 2, textsPerTask: 8 },
  { label: 'tasks of 32', callersPerThread: 2, textsPerTask: 32 },
] as const
const MANY_CALLERS = 32
type Way = (typeof WAYS)[number]

const BATCH = { label: 'mean batch of 32 callers', digits: 1 }

/** What threads and batches bring. Pools of every size are open at once, and measured in turn. */
export const threadsPart: BenchPart = {
  name: 'threads',
  about: `how many texts 1 to 4 threads embed, with and without batches, on ${availableParallelism()} cores`,
  async run(context) {
    for (const name of NETWORK_NAMES) {
      const setups = await Promise.all(THREADS.map((threads) => openCounted(name, threads)))
      for (let round = 0; round < context.rounds; round++) {
        for (const way of WAYS) for (const counted of setups) await measure(name, counted, way, context)
      }
      for (const { pool } of setups) await pool.close()
    }
  },
}

interface CountedPool {
  readonly threads: number
  readonly pool: InferencePool
  /** Since the last `reset`. */
  readonly batches: { count: number; texts: number }
}

async function openCounted(name: NetworkName, threads: number): Promise<CountedPool> {
  const batches = { count: 0, texts: 0 }
  const pool = await openPool(makeNetwork(name), threads, {
    observer: {
      onBatch({ size }) {
        batches.count += 1
        batches.texts += size
      },
    },
  })
  return { threads, pool, batches }
}

async function measure(name: NetworkName, counted: CountedPool, way: Way, context: PartContext): Promise<void> {
  const { threads, pool, batches } = counted
  const texts = makeTexts(TEXTS, TOKENS)
  const callers = way.callersPerThread === undefined ? MANY_CALLERS : way.callersPerThread * threads
  batches.count = 0
  batches.texts = 0
  let next = 0
  let embedded = 0
  const seconds = await keepInFlight(callers, context.quick ? 0.5 : 1.5, async () => {
    const inputs = Array.from({ length: way.textsPerTask }, () => texts[next++ % TEXTS] ?? '')
    const { tokenCounts } = done(await pool.embed(inputs))
    embedded += tokenCounts.length
  })
  const subject = `${name}, ${threads} thread${threads === 1 ? '' : 's'}`
  context.figures.add(TABLE, subject, { label: way.label, digits: 0 }, embedded / seconds)
  if (way.callersPerThread === undefined) context.figures.add(TABLE, subject, BATCH, batches.texts / batches.count)
}
