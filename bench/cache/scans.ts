import { createArenaMemory, MOST_ROWS_AT_ONCE, VectorArena } from '../../src/cache/index/vector-arena.js'
import { createLatencies } from '../latencies.js'
import type { CachePartContext } from './cache-part.js'
import { DIMENSION } from './embed-prompts.js'
import { dot } from './exact-best.js'
import { makeQueries, type Vectors } from './index-vectors.js'

type Scan = (query: Float32Array) => number

/** How long it takes to compare to every entry. */
export async function measureScans(entries: Vectors, { figures, prompts, quick }: CachePartContext): Promise<void> {
  const queries = await makeQueries(prompts, { kind: 'noised', entryCount: entries.count, count: quick ? 20 : 100 })
  const table = `compare to all of ${entries.count.toLocaleString('en')} entries`
  for (const [subject, scan] of [
    ['loop over float32', scanFloats(entries)],
    ['loop over int8', scanBytes(entries)],
    ['WASM SIMD over int16', scanArena(entries)],
  ] as const) {
    const latencies = createLatencies()
    for (let n = 0; n < queries.count; n++) {
      const startMs = performance.now()
      scan(queries.at(n))
      latencies.record(performance.now() - startMs)
    }
    const { p50, p99 } = latencies.percentiles()
    figures.add(table, subject, { label: 'p50 ms', digits: 2 }, p50 / 1000)
    figures.add(table, subject, { label: 'p99 ms', digits: 2 }, p99 / 1000)
  }
}

function scanFloats(entries: Vectors): Scan {
  return (query) => {
    let best = -1
    for (let n = 0; n < entries.count; n++) best = Math.max(best, dot(entries.at(n), query))
    return best
  }
}

function scanBytes(entries: Vectors): Scan {
  const rows = Array.from({ length: entries.count }, (_, n) => toBytes(entries.at(n)))
  return (query) => {
    const bytes = toBytes(query)
    let best = Number.NEGATIVE_INFINITY
    for (const row of rows) best = Math.max(best, dot(row, bytes))
    return best
  }
}

function toBytes(vector: Float32Array): Int8Array {
  const most = vector.reduce((max, component) => Math.max(max, Math.abs(component)), 0)
  return Int8Array.from(vector, (component) => Math.round((component / most) * 127))
}

function scanArena(entries: Vectors): Scan {
  const arena = new VectorArena({ memory: createArenaMemory(), dimension: DIMENSION }, 'gateway')
  arena.reserve(entries.count)
  for (let n = 0; n < entries.count; n++) arena.writeVector(n, entries.at(n))
  return (query) => {
    arena.writeQuery(query)
    let best = Number.NEGATIVE_INFINITY
    for (let from = 0; from < entries.count; from += MOST_ROWS_AT_ONCE) {
      const count = Math.min(MOST_ROWS_AT_ONCE, entries.count - from)
      for (let at = 0; at < count; at++) arena.rows[at] = from + at
      arena.querySimilarities(count)
      for (let at = 0; at < count; at++) best = Math.max(best, arena.found[at] ?? 0)
    }
    return best
  }
}
