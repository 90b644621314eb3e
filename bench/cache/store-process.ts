/**
 * Fills a store, or reads one again as a gateway does when it starts, and tells what that took.
 * `node --expose-gc store-process.js '{"kind":"fill",…}'`
 */
import { basename, join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createAnswerCache } from '../../src/cache/answer-cache.js'
import type { CacheEntry } from '../../src/cache/entry/cache-entry.js'
import { createEntryCodec } from '../../src/cache/entry/entry-codec.js'
import { checksumSeal } from '../../src/cache/entry/seal.js'
import { createGraphIndex } from '../../src/cache/index/graph-index.js'
import { createSemanticIndex } from '../../src/cache/semantic/semantic-index.js'
import { openEmbeddedStore } from '../../src/cache/store/embedded/embedded-store.js'
import type { EntryStore } from '../../src/cache/store/entry-store.js'
import { createMemoryStore } from '../../src/cache/store/memory-store.js'
import { openRedisStore } from '../../src/cache/store/redis/redis-store.js'
import { packageRoot } from '../../src/package-root.js'
import { systemClock } from '../../src/telemetry/system-clock.js'
import { createLatencies, type Percentiles } from '../latencies.js'
import { DIMENSION } from './embed-prompts.js'
import { makeEntries, type Vectors } from './index-vectors.js'
import { readPrompts } from './read-prompts.js'

export interface StoreJob {
  readonly kind: 'fill' | 'hydrate'
  readonly store: EntryStore['kind']
  readonly size: number
  readonly dataDir: string
  /** Of the Redis server. */
  readonly port: number
  readonly promptsFile: string | undefined
}

export interface StoreReport {
  readonly entries: number
  /** Until all entries can be found. */
  readonly readyMs: number
  /** Until all are linked in the index too. */
  readonly settledMs: number
  /** The longest that anybody else waited meanwhile. */
  readonly longestBlockMs: number
  /** Growth of the process, which holds index and directory; and the entries themselves with the store in memory. */
  readonly grownBytes: number
  /** Microseconds on the event loop, and until an entry is safe. */
  readonly keepOnLoop: Percentiles
  readonly keep: Percentiles
}

const ANSWER = 'A middling answer says what has to be done, in which order, and what to look out for. '.repeat(12)
const AT_ONCE = 32
const MOST = 10_000_000
const TTL_MS = 86_400_000
/** Finer would be a load of its own. */
const RESOLUTION_MS = 1

// The parent's own JSON.
const job = JSON.parse(process.argv[2] ?? '') as StoreJob
const vectors = job.kind === 'fill' ? await makeEntries(readPrompts(job.promptsFile), job.size) : undefined
const [onLoop, whole] = [createLatencies(), createLatencies()]
globalThis.gc?.()
const before = process.memoryUsage.rss()
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
const startMs = performance.now()

const index = createGraphIndex({
  dimension: DIMENSION,
  workerFile: join(packageRoot(), 'dist/workers/vector-linker.js'),
})
const cache = createAnswerCache({
  store: await openStore(job),
  codec: createEntryCodec(checksumSeal),
  clock: systemClock,
  maxEntries: () => MOST,
  maxEntryBytes: () => MOST,
  observer: createSemanticIndex(index, DIMENSION),
})
if (vectors !== undefined) await fill(vectors)
else while (!cache.stats().hydrated) await new Promise((resolve) => setTimeout(resolve, 1))
const readyMs = performance.now() - startMs
await index.settled()
const settledMs = performance.now() - startMs
delay.disable()
globalThis.gc?.()

const report: StoreReport = {
  entries: cache.stats().entries,
  ...{ readyMs, settledMs },
  longestBlockMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
  grownBytes: process.memoryUsage.rss() - before,
  keepOnLoop: onLoop.percentiles(),
  keep: whole.percentiles(),
}
await Promise.all([cache.close(), index.close()])
process.send?.(report, () => process.exit(0))

/** A few at a time, as requests end. */
async function fill(given: Vectors): Promise<void> {
  let next = 0
  async function one(): Promise<void> {
    for (let n = next++; n < given.count; n = next++) await keep(entryOf(n, given.at(n)))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}

async function keep(entry: CacheEntry): Promise<void> {
  const askedMs = performance.now()
  const kept = cache.keep(entry)
  onLoop.record(performance.now() - askedMs)
  if ((await kept) !== 'kept') throw new Error('An entry could not be kept.')
  whole.record(performance.now() - askedMs)
}

function entryOf(n: number, vector: Float32Array): CacheEntry {
  const storedAtMs = Date.now()
  const parts = [{ type: 'text', text: `${n} ${ANSWER}`, path: '' } as const]
  return {
    id: n.toString(16).padStart(32, '0'),
    about: {
      ...{ tenant: 'default', namespace: null, modelClass: 'm', provider: 'p', model: 'm', storedAtMs },
      expiresAtMs: storedAtMs + TTL_MS,
    },
    answer: {
      response: { id: 'r', model: 'm', choices: [{ index: 0, parts, finishReason: 'stop' }], usage: undefined },
      ...{ origin: 'openai', upstreamName: 'm', pace: null },
    },
    semantic: { partition: 'p', prompt: `How long does number ${n} of the many things take?`, masked: null, vector },
  }
}

async function openStore({ dataDir, port, store }: StoreJob): Promise<EntryStore> {
  switch (store) {
    case 'memory':
      return createMemoryStore()
    case 'embedded':
      return openEmbeddedStore({ dataDir, clock: systemClock, warn: console.error })
    case 'redis': {
      const config = {
        ...{
          url: `redis://127.0.0.1:${port}`,
          keyPrefix: `${basename(dataDir)}:`,
          cluster: [],
          sentinels: [],
          sentinelName: null,
        },
        ...{ tls: false, commandTimeoutMs: 5000 },
      }
      return openRedisStore({ config, clock: systemClock })
    }
  }
}
