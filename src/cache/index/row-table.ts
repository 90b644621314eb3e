import type { Partition } from './partition.js'

/** What the gateway's thread knows of a row. */
export interface RowOwner {
  /** Never empty while the row is alive. More than one where vectors are the same. */
  readonly ids: string[]
  readonly partition: Partition
  /** Where it is among the partition's loose rows; -1 once it is a part of the graph. */
  place: number
}

/** In pieces: an array that grows is copied as a whole. */
const CHUNK = 4096

/** Rows in use and rows to be used again. */
export class RowTable {
  readonly #chunks: (RowOwner | undefined)[][] = []
  readonly #free: number[] = []
  #next = 0

  /** No lower than the row that `take` would give. */
  highest(): number {
    return this.#next
  }

  take(owner: RowOwner): number {
    const row = this.#free.pop() ?? this.#next++
    const chunk = Math.floor(row / CHUNK)
    this.#chunks[chunk] ??= new Array<RowOwner | undefined>(CHUNK).fill(undefined)
    this.#set(row, owner)
    return row
  }

  get(row: number): RowOwner | undefined {
    return this.#chunks[Math.floor(row / CHUNK)]?.[row % CHUNK]
  }

  /** Nobody's any more, and not yet anybody else's. */
  disown(row: number): void {
    this.#set(row, undefined)
  }

  /** Only what has been disowned. */
  release(row: number): void {
    this.#free.push(row)
  }

  /** All rows that are somebody's; the others are free from now on. */
  reclaim(): readonly (readonly [row: number, owner: RowOwner])[] {
    const owned: (readonly [number, RowOwner])[] = []
    this.#free.length = 0
    for (let row = 0; row < this.#next; row++) {
      const owner = this.get(row)
      if (owner === undefined) this.#free.push(row)
      else owned.push([row, owner])
    }
    return owned
  }

  #set(row: number, owner: RowOwner | undefined): void {
    const chunk = this.#chunks[Math.floor(row / CHUNK)]
    if (chunk !== undefined) chunk[row % CHUNK] = owner
  }
}
