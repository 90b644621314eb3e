import { MOST_LINKS, type VectorArena } from './vector-arena.js'

/** So many dead rows may crowd out living ones, as multiples of the width. */
const MOST_CROWDING = 4
/** The best of the starts; more of them only where the graph falls into parts. */
const STARTS_KEPT = 8
const [EXPANDED, ALIVE] = [1, 2]

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
  readonly #flags: Uint8Array
  readonly #links = new Int32Array(MOST_LINKS)
  /** What is about to be taken in, best first. */
  readonly #fresh = new Int32Array(MOST_LINKS)
  readonly #freshSimilarities = new Int32Array(MOST_LINKS)
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
    this.#flags = new Uint8Array(most)
  }

  /** How many the next searches keep. */
  narrow(width: number): void {
    this.#width = Math.min(width, this.rows.length / MOST_CROWDING)
  }

  /** For the query in the arena, from the best of these rows. */
  run(starts: Int32Array, startCount: number): void {
    this.#begin()
    // Whatever else is a start is close to nothing that is wanted.
    this.#consider(starts, startCount, STARTS_KEPT)
    let at = 0
    while (at < this.count) {
      if (((this.#flags[at] ?? 0) & EXPANDED) !== 0) {
        at++
        continue
      }
      this.#flags[at] = (this.#flags[at] ?? 0) | EXPANDED
      const linkCount = this.#arena.readLinks(this.rows[at] ?? 0, this.#links)
      const best = this.#consider(this.#links, linkCount, MOST_LINKS)
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

  /** Takes in those that are new and good enough, at most so many; the position of the best of them. */
  #consider(rows: Int32Array, rowCount: number, most: number): number {
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
    return this.#merge(this.#sortFresh(askedCount, most))
  }

  /** The best of what has been asked, sorted; those that are worse than all that are kept are left out. */
  #sortFresh(askedCount: number, most: number): number {
    const { found, rows } = this.#arena
    const [fresh, similarities] = [this.#fresh, this.#freshSimilarities]
    const isFull = this.#livingCount >= this.#width || this.count === this.rows.length
    const worst = isFull ? (this.similarities[this.count - 1] ?? 0) : Number.NEGATIVE_INFINITY
    let count = 0
    for (let from = 0; from < askedCount; from++) {
      const similarity = found[from] ?? 0
      if (similarity <= worst || (count === most && similarity <= (similarities[count - 1] ?? 0))) continue
      let at = count < most ? count++ : count - 1
      for (; at > 0 && (similarities[at - 1] ?? 0) < similarity; at--) {
        similarities[at] = similarities[at - 1] ?? 0
        fresh[at] = fresh[at - 1] ?? 0
      }
      similarities[at] = similarity
      fresh[at] = rows[from] ?? 0
    }
    return count
  }

  /** Both are sorted, so that one pass from the end puts them together; where the best fresh one is then. */
  #merge(freshCount: number): number {
    const { rows, similarities } = this
    if (freshCount === 0) return rows.length
    this.#keep(Math.min(this.count, rows.length - freshCount))
    let old = this.count - 1
    let fresh = freshCount - 1
    let best = rows.length
    for (let to = this.count + freshCount - 1; fresh >= 0; to--) {
      const similarity = this.#freshSimilarities[fresh] ?? 0
      if (old >= 0 && (similarities[old] ?? 0) < similarity) {
        this.#move(old--, to)
        continue
      }
      this.#place(this.#fresh[fresh--] ?? 0, similarity, to)
      best = to
    }
    this.count += freshCount
    while (this.#livingCount > this.#width) this.#keep(this.count - 1)
    return best
  }

  #place(row: number, similarity: number, to: number): void {
    const isAlive = this.#arena.isAlive(row)
    this.rows[to] = row
    this.similarities[to] = similarity
    this.#flags[to] = isAlive ? ALIVE : 0
    if (isAlive) this.#livingCount++
  }

  #move(from: number, to: number): void {
    this.rows[to] = this.rows[from] ?? 0
    this.similarities[to] = this.similarities[from] ?? 0
    this.#flags[to] = this.#flags[from] ?? 0
  }

  #keep(count: number): void {
    while (this.count > count) {
      this.count--
      if (((this.#flags[this.count] ?? 0) & ALIVE) !== 0) this.#livingCount--
    }
  }
}
