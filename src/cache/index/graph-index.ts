import { BeamSearch } from './beam-search.js'
import { BestRows } from './best-rows.js'
import { GraphLinks } from './graph-links.js'
import { IndexedRows } from './indexed-rows.js'
import type { Partition } from './partition.js'
import { createArenaMemory, FULL_SIMILARITY, MOST_ROWS_AT_ONCE, VectorArena } from './vector-arena.js'
import type { Neighbour, VectorIndex } from './vector-index.js'

export interface GraphIndexOptions {
  readonly dimension: number
  /** Absolute path of the built `workers/vector-linker.js`. */
  readonly workerFile: string
  /** Partitions of so many vectors get a graph; comparing to all of fewer is as fast. */
  readonly graphFrom?: number
  /** The thread that links has died. It is started again and does its work anew; searches go on. */
  onLinkerDeath?(cause: Error): void
}

const GRAPH_FROM = MOST_ROWS_AT_ONCE
/** How many candidates a search in a graph keeps: more find more, and take longer. */
const SEARCH_WIDTH = 128
/** Beyond so many vectors it keeps more, with the square root, */
const WIDER_FROM = 50_000
/** but not more than take about two milliseconds of the event loop. */
const MOST_SEARCH_WIDTH = 256

/**
 * Small partitions are compared one by one, large ones searched by a graph (a Vamana: HNSW without its levels). A vector
 * can be found as soon as it is added, among the loose ones; a thread links it into the graph meanwhile.
 */
export function createGraphIndex(options: GraphIndexOptions): VectorIndex {
  let current = new Content(options)

  function clear(): void {
    // Nobody waits for a thread that has nothing left to do.
    current.close().catch(() => {})
    current = new Content(options)
  }

  return {
    add: (id, partition, vector) => current.add(id, partition, vector),
    remove(id) {
      const wasThere = current.remove(id)
      if (wasThere && current.size === 0) clear()
      return wasThere
    },
    search: (partition, vector, k) => current.search(partition, vector, k),
    size: () => current.size,
    bytes: () => current.bytes,
    clear,
    settled: () => current.settled(),
    close: () => current.close(),
  }
}

/** All there is between two times of being empty. */
class Content {
  readonly #dimension: number
  readonly #graphFrom: number
  readonly #arena: VectorArena
  readonly #beam: BeamSearch
  readonly #indexed: IndexedRows
  readonly #links: GraphLinks

  constructor(options: GraphIndexOptions) {
    const { dimension, workerFile, graphFrom = GRAPH_FROM, onLinkerDeath } = options
    const setup = { memory: createArenaMemory(), dimension }
    this.#dimension = dimension
    this.#graphFrom = graphFrom
    this.#arena = new VectorArena(setup, 'gateway')
    this.#beam = new BeamSearch(this.#arena, MOST_SEARCH_WIDTH)
    this.#indexed = new IndexedRows(this.#arena)
    this.#links = new GraphLinks({ setup, workerFile, indexed: this.#indexed, onLinkerDeath })
  }

  get size(): number {
    return this.#indexed.size
  }

  get bytes(): number {
    return this.#arena.bytes
  }

  add(id: string, name: string, vector: Float32Array): boolean {
    this.#checkDimension(vector)
    if (!this.#arena.reserve(this.#indexed.rows.highest() + 1)) return false
    this.remove(id)
    const { row, partition } = this.#indexed.add(id, name, vector)
    if (partition.graph !== undefined) this.#links.link(row, partition.graph)
    else if (partition.size >= this.#graphFrom) this.#links.giveGraph(partition)
    return true
  }

  remove(id: string): boolean {
    if (!this.#indexed.has(id)) return false
    const change = this.#indexed.forget(id)
    if (change === undefined) return true
    const { row, partition } = change
    if (partition.graph === undefined) this.#indexed.rows.release(row)
    else this.#links.remove(row, partition.graph, partition.size === 0)
    return true
  }

  search(name: string, vector: Float32Array, k: number): readonly Neighbour[] {
    this.#checkDimension(vector)
    const partition = this.#indexed.partition(name)
    if (partition === undefined || k < 1) return []
    this.#arena.writeQuery(vector)
    const best = new BestRows(k)
    const from = Math.max(0, partition.loose.length - MOST_ROWS_AT_ONCE)
    this.#compareLoose(partition, from, best)
    this.#searchGraph(partition, from, best)
    return this.#neighbours(best, k)
  }

  /** The newest, if they are too many. */
  #compareLoose({ loose }: Partition, from: number, best: BestRows): void {
    const { rows, found } = this.#arena
    for (let at = from; at < loose.length; at++) rows[at - from] = loose[at] ?? 0
    this.#arena.querySimilarities(loose.length - from)
    for (let at = from; at < loose.length; at++) best.offer(loose[at] ?? 0, found[at - from] ?? 0)
  }

  #searchGraph(partition: Partition, comparedFrom: number, best: BestRows): void {
    if (partition.graph === undefined) return
    const { rows: starts, count } = partition.graph.starts
    const beam = this.#beam
    beam.narrow(widthFor(partition.size))
    beam.run(starts, count)
    for (let at = 0; at < beam.count; at++) {
      const row = beam.rows[at] ?? 0
      const owner = this.#indexed.rows.get(row)
      // The linker may be ahead of what it has told: a row can be linked and still among the loose.
      if (owner?.partition !== partition || owner.place >= comparedFrom) continue
      best.offer(row, beam.similarities[at] ?? 0)
    }
  }

  #neighbours({ rows, similarities }: BestRows, k: number): readonly Neighbour[] {
    const neighbours: Neighbour[] = []
    for (const [at, row] of rows.entries()) {
      const cosine = Math.min(1, Math.max(-1, (similarities[at] ?? 0) / FULL_SIMILARITY))
      const ids = this.#indexed.rows.get(row)?.ids ?? []
      for (let which = 0; which < ids.length && neighbours.length < k; which++) {
        neighbours.push({ id: ids[which] ?? '', cosine })
      }
    }
    return neighbours
  }

  settled(): Promise<void> {
    return this.#links.settled()
  }

  close(): Promise<void> {
    return this.#links.close()
  }

  #checkDimension(vector: Float32Array): void {
    if (vector.length === this.#dimension) return
    throw new RangeError(`A vector of ${vector.length} components in an index of ${this.#dimension}.`)
  }
}

function widthFor(size: number): number {
  return Math.round(SEARCH_WIDTH * Math.sqrt(Math.max(1, size / WIDER_FROM)))
}
