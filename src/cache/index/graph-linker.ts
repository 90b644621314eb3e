import { BeamSearch } from './beam-search.js'
import { FULL_SIMILARITY, MOST_LINKS, type VectorArena } from './vector-arena.js'

/** How wide to look for those that a new row may link to. */
const WIDTH = 160
/** Links of a row that has just been linked or thinned out; more may come until there are `MOST_LINKS`. */
const LINKS = 32
/**
 * A row is left out where one that has been chosen is so much closer to it than the row that links: one can go by way of
 * that. Above one, so that some longer links remain (Vamana: Subramanya et al., DiskANN, NeurIPS 2019).
 */
const DETOUR = 1.1

/** Vectors with less are not the same, however they were rounded. */
const NEARLY_SAME = 0.99 * FULL_SIMILARITY

/** Links one row into a graph, or a graph's dead rows out of it. */
export class GraphLinker {
  readonly #arena: VectorArena
  readonly #beam: BeamSearch
  readonly #candidates = new Int32Array(WIDTH * 4 + MOST_LINKS + 1)
  readonly #similarities = new Int32Array(WIDTH * 4 + MOST_LINKS + 1)
  readonly #chosen = new Int32Array(MOST_LINKS)
  readonly #left = new Int32Array(MOST_LINKS + 1)
  readonly #others = new Int32Array(MOST_LINKS)

  constructor(arena: VectorArena) {
    this.#arena = arena
    this.#beam = new BeamSearch(arena, WIDTH)
  }

  /**
   * From now on the row can be reached from the starts.
   *
   * @returns a living row with the very same vector, in which case nothing has been linked
   */
  link(row: number, starts: Int32Array, startCount: number): number | undefined {
    const arena = this.#arena
    arena.queryRow(row)
    this.#beam.run(starts, startCount)
    // The dead among them are good links too, until they are swept out: they may be all there is around here.
    for (let at = 0; at < this.#beam.count; at++) {
      const candidate = this.#beam.rows[at] ?? 0
      const similarity = this.#beam.similarities[at] ?? 0
      if (similarity > NEARLY_SAME && arena.isAlive(candidate) && arena.sameVector(row, candidate)) return candidate
      this.#candidates[at] = candidate
      this.#similarities[at] = similarity
    }
    const chosen = this.#choose(this.#beam.count)
    arena.writeLinks(row, this.#chosen, chosen)
    this.#left.set(this.#chosen.subarray(0, chosen))
    for (let at = 0; at < chosen; at++) this.#linkBack(this.#left[at] ?? 0, row)
    return undefined
  }

  #linkBack(row: number, to: number): void {
    const arena = this.#arena
    if (arena.linkCount(row) < MOST_LINKS) {
      arena.appendLink(row, to)
      return
    }
    const count = arena.readLinks(row, this.#candidates)
    this.#candidates[count] = to
    this.#compare(row, count + 1)
    arena.writeLinks(row, this.#chosen, this.#choose(count + 1))
  }

  /** Fills in how similar the candidates are to the row, and sorts them, best first. */
  #compare(row: number, count: number): void {
    const arena = this.#arena
    arena.rows.set(this.#candidates.subarray(0, count))
    arena.rowSimilarities(row, count)
    for (let at = 0; at < count; at++) {
      const candidate = arena.rows[at] ?? 0
      const similarity = arena.found[at] ?? 0
      let to = at
      for (; to > 0 && (this.#similarities[to - 1] ?? 0) < similarity; to--) {
        this.#similarities[to] = this.#similarities[to - 1] ?? 0
        this.#candidates[to] = this.#candidates[to - 1] ?? 0
      }
      this.#similarities[to] = similarity
      this.#candidates[to] = candidate
    }
  }

  /** Those of the sorted candidates that lead in different directions; the candidates are used up. */
  #choose(candidateCount: number): number {
    const arena = this.#arena
    let left = candidateCount
    let chosen = 0
    while (left > 0 && chosen < LINKS) {
      const best = this.#candidates[0] ?? 0
      this.#chosen[chosen++] = best
      arena.rows.set(this.#candidates.subarray(1, left))
      arena.rowSimilarities(best, left - 1)
      left = this.#dropNearer(left)
    }
    return chosen
  }

  /** Drops the first candidate, and the others that it is a way to. */
  #dropNearer(count: number): number {
    let kept = 0
    for (let at = 1; at < count; at++) {
      const toChosen = FULL_SIMILARITY - (this.#arena.found[at - 1] ?? 0)
      const similarity = this.#similarities[at] ?? 0
      if (DETOUR * toChosen <= FULL_SIMILARITY - similarity) continue
      this.#candidates[kept] = this.#candidates[at] ?? 0
      this.#similarities[kept++] = similarity
    }
    return kept
  }

  /** In place of each dead row that it links to, one that the dead one links to: the most similar. */
  relink(row: number, isDead: (row: number) => boolean): void {
    const arena = this.#arena
    const count = arena.readLinks(row, this.#left)
    let kept = 0
    for (const link of this.#left.subarray(0, count)) if (!isDead(link)) this.#others[kept++] = link
    if (kept === count) return
    for (let at = 0; at < count; at++) {
      const dead = this.#left[at] ?? 0
      if (!isDead(dead)) continue
      const heir = this.#heirOf(dead, row, kept)
      if (heir !== undefined) this.#others[kept++] = heir
    }
    arena.writeLinks(row, this.#others, kept)
  }

  #heirOf(dead: number, row: number, kept: number): number | undefined {
    const arena = this.#arena
    const count = arena.readLinks(dead, this.#candidates)
    let asked = 0
    for (let at = 0; at < count; at++) {
      const candidate = this.#candidates[at] ?? 0
      if (candidate === row || !arena.isAlive(candidate) || this.#isAmong(candidate, kept)) continue
      arena.rows[asked++] = candidate
    }
    arena.rowSimilarities(row, asked)
    let best: number | undefined
    let bestSimilarity = Number.NEGATIVE_INFINITY
    for (let at = 0; at < asked; at++) {
      const similarity = arena.found[at] ?? 0
      if (similarity > bestSimilarity) [best, bestSimilarity] = [arena.rows[at] ?? 0, similarity]
    }
    return best
  }

  #isAmong(row: number, kept: number): boolean {
    for (let at = 0; at < kept; at++) if (this.#others[at] === row) return true
    return false
  }
}
