import { MOST_LINKS, type VectorArena } from './vector-arena.js'

/** So many dead rows may crowd out living ones, as multiples of the width. */
const MOST_CROWDING = 4

/**
 * Best-first search in a graph: takes the best row not yet looked at, looks at those it links to, and keeps the `width`
 * best. Ends when none of these is left to look at.
 */
export class BeamSearch {
  /** Best first, the dead among them; valid are the first `count`. */
  readonly rows: Int32Array
  /** Scaled as `FULL_SIMILARITY`. */
  readonly similarities: Int32Array
  count = 0

  readonly #arena: VectorArena
  #width: number
  readonly #expanded: Uint8Array
  readonly #alive: Uint8Array
  readonly #links = new Int32Array(MOST_LINKS)
  #livingCount = 0
  /** By row: the number of the search that has seen it. */
  #seen = new Uint16Array(0)
  #search = 0

  /** @param width how many it keeps, at most */
  constructor(arena: VectorArena, width: number) {
    this.#arena = arena
    this.#width = width
    const most = width * MOST_CROWDING
    this.rows = new Int32Array(most)
    this.similarities = new Int32Array(most)
    this.#expanded = new Uint8Array(most)
    this.#alive = new Uint8Array(most)
  }

  /** How many the next searches keep. */
  narrow(width: number): void {
    this.#width = Math.min(width, this.rows.length / MOST_CROWDING)
  }

  /** For the query in the arena, from the best of these rows. */
  run(starts: Int32Array, startCount: number): void {
    this.#begin()
    this.#consider(starts, startCount)
    // Whatever else was a start is close to nothing that is wanted.
    this.#keep(Math.min(this.count, STARTS_KEPT))
    let at = 0
    while (at < this.count) {
      if (this.#expanded[at] === 1) {
        at++
        continue
      }
      this.#expanded[at] = 1
      const linkCount = this.#arena.readLinks(this.rows[at] ?? 0, this.#links)
      const best = this.#consider(this.#links, linkCount)
      if (best < at) at = best
    }
  }

  #begin(): void {
    const capacity = this.#arena.capacity()
    if (this.#seen.length < capacity) {
      this.#seen = new Uint16Array(capacity)
      this.#search = 0
    }
    this.#search++
    if (this.#search > 0xffff) {
      this.#seen.fill(0)
      this.#search = 1
    }
    this.count = 0
    this.#livingCount = 0
  }

  /** Takes in those that are new and good enough; the position of the best of them. */
  #consider(rows: Int32Array, rowCount: number): number {
    const arena = this.#arena
    const asked = arena.rows
    let askedCount = 0
    for (let at = 0; at < rowCount; at++) {
      const row = rows[at] ?? 0
      if (this.#seen[row] === this.#search) continue
      this.#seen[row] = this.#search
      asked[askedCount++] = row
    }
    arena.querySimilarities(askedCount)
    let best = this.count
    for (let at = 0; at < askedCount; at++) {
      const position = this.#insert(asked[at] ?? 0, arena.found[at] ?? 0)
      if (position < best) best = position
    }
    return best
  }

  /** Where it is now; behind all others if it was not good enough. */
  #insert(row: number, similarity: number): number {
    const { similarities, rows } = this
    const full = this.#livingCount >= this.#width || this.count === rows.length
    if (full && similarity <= (similarities[this.count - 1] ?? 0)) return rows.length
    const alive = this.#arena.isAlive(row) ? 1 : 0
    const at = this.#placeFor(similarity)
    if (this.count === rows.length) this.#keep(this.count - 1)
    for (let from = this.count; from > at; from--) this.#move(from - 1, from)
    rows[at] = row
    similarities[at] = similarity
    this.#expanded[at] = 0
    this.#alive[at] = alive
    this.count++
    this.#livingCount += alive
    while (this.#livingCount > this.#width) this.#keep(this.count - 1)
    return at
  }

  #placeFor(similarity: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.similarities[middle] ?? 0) >= similarity) low = middle + 1
      else high = middle
    }
    return low
  }

  #move(from: number, to: number): void {
    this.rows[to] = this.rows[from] ?? 0
    this.similarities[to] = this.similarities[from] ?? 0
    this.#expanded[to] = this.#expanded[from] ?? 0
    this.#alive[to] = this.#alive[from] ?? 0
  }

  #keep(count: number): void {
    while (this.count > count) {
      this.count--
      this.#livingCount -= this.#alive[this.count] ?? 0
    }
  }
}

/** The best of the starts; more of them only where the graph falls into parts. */
const STARTS_KEPT = 8
