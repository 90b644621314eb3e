import { createDotKernel, type DotKernel, UNROLLED_BYTES } from './dot-kernel.js'

/**
 * Rows of a vector and its links each, in memory that two threads share: the gateway's writes vectors and reads links, the
 * linker's reads vectors and writes links. A link is one aligned word, so that a reader sees the old one or the new one;
 * both are rows of the same graph.
 */
export interface ArenaShape {
  readonly memory: WebAssembly.Memory
  readonly dimension: number
}

/** What one thread sees of the memory. */
export type ThreadRole = 'gateway' | 'linker'

/** Most links of a row. Together with the two words before them a multiple of a cache line. */
export const MOST_LINKS = 46
/** Most rows of one call of `similarities`. */
export const MOST_ROWS_AT_ONCE = 8192
/** Similarity of a vector to itself, but for rounding. */
export const FULL_SIMILARITY = 32_000 * 32_000

/** Room for both threads' scratch, and some vectors. */
const FIRST_PAGES = 32
const PAGE_BYTES = 65_536
const MOST_PAGES = 65_536
const CACHE_LINE = 64
/** Components of a unit vector become integers: products of two such vectors stay below 2^31. */
const SCALE = 32_000
const ROLES: readonly ThreadRole[] = ['gateway', 'linker']
/** Words before a row's links. */
const ALIVE = 0
const LINK_COUNT = 1
const LINKS = 2
/** Grown by at least so much, for each growth costs a system call. */
const GROWTH_PAGES = 256

export function createArenaMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES, shared: true })
}

export class VectorArena {
  /** Row numbers for `similarities`, to be filled by the caller. */
  readonly rows: Int32Array
  /** What `similarities` has found. */
  readonly found: Int32Array

  readonly #memory: WebAssembly.Memory
  readonly #dimension: number
  readonly #base: number
  readonly #stride: number
  readonly #queryAt: number
  readonly #rowsAt: number
  readonly #foundAt: number
  readonly #kernel: DotKernel
  #halves: Int16Array
  #words: Int32Array
  readonly #linksOffset: number

  constructor({ memory, dimension }: ArenaShape, role: ThreadRole) {
    const vectorBytes = roundUp(2 * dimension, UNROLLED_BYTES)
    const scratchBytes = roundUp(vectorBytes + 8 * MOST_ROWS_AT_ONCE, CACHE_LINE)
    this.#memory = memory
    this.#dimension = dimension
    this.#queryAt = ROLES.indexOf(role) * scratchBytes
    this.#rowsAt = this.#queryAt + vectorBytes
    this.#foundAt = this.#rowsAt + 4 * MOST_ROWS_AT_ONCE
    this.#base = ROLES.length * scratchBytes
    this.#stride = roundUp(vectorBytes + 4 * (LINKS + MOST_LINKS), CACHE_LINE)
    this.#linksOffset = vectorBytes
    this.#kernel = createDotKernel(memory, { base: this.#base, stride: this.#stride, vectorBytes })
    this.#halves = new Int16Array(memory.buffer)
    this.#words = new Int32Array(memory.buffer)
    this.rows = this.#words.subarray(this.#rowsAt / 4, this.#rowsAt / 4 + MOST_ROWS_AT_ONCE)
    this.found = this.#words.subarray(this.#foundAt / 4, this.#foundAt / 4 + MOST_ROWS_AT_ONCE)
  }

  get bytes(): number {
    return this.#words.byteLength
  }

  /** Rows that fit without growing. */
  capacity(): number {
    return Math.floor((this.#words.byteLength - this.#base) / this.#stride)
  }

  /** Room for so many rows. False: there is none. Has to be called by the other thread too, before it reads new rows. */
  reserve(rows: number): boolean {
    if (rows > this.capacity()) {
      const bytes = this.#base + rows * this.#stride
      const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE_BYTES)
      if (missing > 0 && !this.#grow(missing)) return false
      this.#halves = new Int16Array(this.#memory.buffer)
      this.#words = new Int32Array(this.#memory.buffer)
    }
    return true
  }

  #grow(pages: number): boolean {
    const room = MOST_PAGES - this.#memory.buffer.byteLength / PAGE_BYTES
    if (pages > room) return false
    try {
      this.#memory.grow(Math.min(room, Math.max(pages, GROWTH_PAGES)))
      return true
    } catch {
      return false
    }
  }

  /** The row is alive from now on and has no links. */
  writeVector(row: number, vector: Float32Array): void {
    const at = this.#wordsAt(row)
    this.#words[at + ALIVE] = 1
    this.#words[at + LINK_COUNT] = 0
    this.#writeHalves(this.#base + row * this.#stride, vector)
  }

  /** What `similarities` compares to. */
  writeQuery(vector: Float32Array): void {
    this.#writeHalves(this.#queryAt, vector)
  }

  #writeHalves(address: number, vector: Float32Array): void {
    let squares = 0
    for (const component of vector) squares += component * component
    const factor = squares > 0 ? SCALE / Math.sqrt(squares) : 0
    const halves = this.#halves
    const start = address / 2
    for (let at = 0; at < vector.length; at++) halves[start + at] = Math.round((vector[at] ?? 0) * factor)
  }

  /** Of the query to the first `count` of `rows`, into `found`. */
  querySimilarities(count: number): void {
    this.#kernel.dots(this.#queryAt, this.#rowsAt, count, this.#foundAt)
  }

  /** Of one row to the first `count` of `rows`, into `found`. */
  rowSimilarities(row: number, count: number): void {
    this.#kernel.dots(this.#base + row * this.#stride, this.#rowsAt, count, this.#foundAt)
  }

  isAlive(row: number): boolean {
    return this.#words[this.#wordsAt(row) + ALIVE] === 1
  }

  kill(row: number): void {
    this.#words[this.#wordsAt(row) + ALIVE] = 0
  }

  linkCount(row: number): number {
    return this.#words[this.#wordsAt(row) + LINK_COUNT] ?? 0
  }

  /** Copies a row's links to `target` and tells how many they are. */
  readLinks(row: number, target: Int32Array): number {
    const words = this.#words
    const at = this.#wordsAt(row)
    const count = words[at + LINK_COUNT] ?? 0
    for (let link = 0; link < count; link++) target[link] = words[at + LINKS + link] ?? 0
    return count
  }

  /** The links before the count, so that a reader never goes beyond what has been written. */
  writeLinks(row: number, links: Int32Array, count: number): void {
    const words = this.#words
    const at = this.#wordsAt(row)
    for (let link = 0; link < count; link++) words[at + LINKS + link] = links[link] ?? 0
    words[at + LINK_COUNT] = count
  }

  setLink(row: number, link: number, to: number): void {
    this.#words[this.#wordsAt(row) + LINKS + link] = to
  }

  /** Only where there are fewer than `MOST_LINKS`. */
  appendLink(row: number, to: number): void {
    const at = this.#wordsAt(row)
    const count = this.#words[at + LINK_COUNT] ?? 0
    this.#words[at + LINKS + count] = to
    this.#words[at + LINK_COUNT] = count + 1
  }

  sameVector(row: number, other: number): boolean {
    const a = (this.#base + row * this.#stride) / 2
    const b = (this.#base + other * this.#stride) / 2
    for (let at = 0; at < this.#dimension; at++) if (this.#halves[a + at] !== this.#halves[b + at]) return false
    return true
  }

  /** Copies a row's vector to where queries are. */
  queryRow(row: number): void {
    const start = (this.#base + row * this.#stride) / 2
    this.#halves.copyWithin(this.#queryAt / 2, start, start + this.#dimension)
  }

  #wordsAt(row: number): number {
    return (this.#base + row * this.#stride + this.#linksOffset) / 4
  }
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}
