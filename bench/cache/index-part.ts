import { join } from 'node:path'
import { createGraphIndex } from '../../src/cache/index/graph-index.js'
import type { VectorIndex } from '../../src/cache/index/vector-index.js'
import { packageRoot } from '../../src/package-root.js'
import { createLatencies, type Latencies } from '../latencies.js'
import type { CachePart, CachePartContext } from './cache-part.js'
import { DIMENSION } from './embed-prompts.js'
import { bestCosines } from './exact-best.js'
import { makeEntries, makeQueries, QUERY_KINDS, type QueryKind, type Vectors } from './index-vectors.js'
import { measureScans } from './scans.js'

const SIZES = [1000, 10_000, 50_000, 200_000, 1_000_000]
const SCANNED = 50_000
const SEARCH = 'search for 8 in one partition, on the event loop'
const CHANGE = 'add and remove one by one, on the event loop; linking in its thread'
const MEMORY = 'memory'
const PARTITION = 'p'
const NEIGHBOURS = 8
/** What is waiting to be linked, at most: as who fills a large index does it. */
const WAITING = 4096
const REMOVED_SHARE = 0.02
const KB = 1024

/** Lookups at every size that a cache may have, and what changes cost whom. */
export const indexPart: CachePart = {
  name: 'index',
  about: 'the vector index: search, recall, adding, removing, memory, against loops over everything',
  async run(context) {
    const { figures, mostEntries } = context
    for (const size of [...new Set(SIZES.map((size) => Math.min(size, mostEntries)))]) {
      const entries = await makeEntries(context.prompts, size)
      await measureSize(entries, context)
      if (size === SCANNED) await measureScans(entries, context)
    }
    for (const [size, limit] of [
      [50_000, 1],
      [1_000_000, 5],
    ] as const) {
      const subject = nameOf(size)
      figures.expect({ table: SEARCH, subject, column: { label: 'p99 ms', digits: 3 }, sense: 'at most', limit })
      for (const kind of QUERY_KINDS) {
        figures.expect({ table: SEARCH, subject, column: recallColumn(kind), sense: 'at least', limit: 0.99 })
      }
    }
  },
}

async function measureSize(entries: Vectors, context: CachePartContext): Promise<void> {
  const residentBefore = process.memoryUsage.rss()
  const index = createGraphIndex({
    dimension: DIMENSION,
    workerFile: join(packageRoot(), 'dist/workers/vector-linker.js'),
  })
  await measureAdding(index, entries, context)
  const { figures } = context
  const subject = nameOf(entries.count)
  const resident = process.memoryUsage.rss() - residentBefore
  figures.add(
    MEMORY,
    subject,
    { label: 'vectors and links, KB an entry', digits: 2 },
    index.bytes() / KB / entries.count,
  )
  figures.add(
    MEMORY,
    subject,
    { label: 'growth of the process, KB an entry', digits: 2 },
    resident / KB / entries.count,
  )
  await measureSearches(index, entries, context)
  await measureRemoving(index, entries, context)
  await index.close()
}

async function measureAdding(index: VectorIndex, entries: Vectors, { figures }: CachePartContext): Promise<void> {
  const latencies = createLatencies()
  const startMs = performance.now()
  for (let n = 0; n < entries.count; n++) {
    const id = idOf(n)
    const vector = entries.at(n)
    timed(latencies, () => index.add(id, PARTITION, vector))
    if (n % WAITING === WAITING - 1) await index.settled()
  }
  await index.settled()
  const linkMs = (performance.now() - startMs) / entries.count
  addChange(figures, entries.count, 'add', latencies)
  figures.add(CHANGE, nameOf(entries.count), { label: 'add until linked, mean ms', digits: 3 }, linkMs)
}

async function measureSearches(index: VectorIndex, entries: Vectors, context: CachePartContext): Promise<void> {
  const { figures, rounds, quick, prompts } = context
  const subject = nameOf(entries.count)
  const count = quick ? 100 : 300
  const kinds = await Promise.all(QUERY_KINDS.map(async (kind) => ({ kind, ...(await exactly(kind)) })))

  async function exactly(kind: QueryKind) {
    const queries = await makeQueries(prompts, { kind, entryCount: entries.count, count })
    return { queries, best: bestCosines(entries, queries) }
  }

  for (let round = -1; round < rounds; round++) {
    const latencies = createLatencies()
    for (const { kind, queries, best } of kinds) {
      const found = Array.from({ length: count }, (_, n) => {
        const query = queries.at(n)
        return timed(latencies, () => index.search(PARTITION, query, NEIGHBOURS))[0]?.cosine ?? -1
      })
      // The index is off by less than 0.0001.
      const right = found.filter((cosine, n) => cosine >= (best[n] ?? 1) - 1e-4).length
      if (round === 0) figures.add(SEARCH, subject, recallColumn(kind), right / count)
    }
    // The first round warms up.
    if (round < 0) continue
    const { p50, p99, max } = latencies.percentiles()
    figures.add(SEARCH, subject, { label: 'p50 ms', digits: 3 }, p50 / 1000)
    figures.add(SEARCH, subject, { label: 'p99 ms', digits: 3 }, p99 / 1000)
    figures.add(SEARCH, subject, { label: 'longest ms', digits: 3 }, max / 1000)
  }
}

async function measureRemoving(index: VectorIndex, entries: Vectors, { figures }: CachePartContext): Promise<void> {
  const latencies = createLatencies()
  const step = Math.round(1 / REMOVED_SHARE)
  const startMs = performance.now()
  let removed = 0
  for (let n = 0; n < entries.count; n += step, removed++) {
    const id = idOf(n)
    if (!timed(latencies, () => index.remove(id))) figures.fail(`${id} could not be removed`)
    const [first] = index.search(PARTITION, entries.at(n), 1)
    if (first?.id === id) figures.fail(`${id} was found after it had been removed`)
  }
  await index.settled()
  addChange(figures, entries.count, 'remove', latencies)
  const meanMs = (performance.now() - startMs) / removed
  figures.add(CHANGE, nameOf(entries.count), { label: 'remove, a search and unlink, mean ms', digits: 3 }, meanMs)
}

function addChange(figures: CachePartContext['figures'], count: number, what: string, latencies: Latencies): void {
  const { p50, p99, max } = latencies.percentiles()
  figures.add(CHANGE, nameOf(count), { label: `${what}: p50 ms`, digits: 3 }, p50 / 1000)
  figures.add(CHANGE, nameOf(count), { label: `${what}: p99`, digits: 3 }, p99 / 1000)
  figures.add(CHANGE, nameOf(count), { label: `${what}: longest`, digits: 2 }, max / 1000)
}

function timed<T>(latencies: Latencies, call: () => T): T {
  const startMs = performance.now()
  const result = call()
  latencies.record(performance.now() - startMs)
  return result
}

function recallColumn(kind: QueryKind) {
  return { label: `recall@1 ${kind}`, digits: 3 }
}

function nameOf(count: number): string {
  return `${count.toLocaleString('en')} entries`
}

/** As long as the ids of entries are. */
function idOf(n: number): string {
  return n.toString(16).padStart(32, '0')
}
