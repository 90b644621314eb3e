import { HashedMap } from './hashed-map.js'
import { createPartition, type Partition } from './partition.js'
import { type RowOwner, RowTable } from './row-table.js'
import type { VectorArena } from './vector-arena.js'

/** A row that has just come or gone, and where. */
export interface RowChange {
  readonly row: number
  readonly partition: Partition
}

/** Which ids are where. A row that no id has is dead. */
export class IndexedRows {
  readonly rows = new RowTable()
  readonly #arena: VectorArena
  readonly #rowsById = new HashedMap<number>()
  readonly #partitions = new HashedMap<Partition>()

  constructor(arena: VectorArena) {
    this.#arena = arena
  }

  get size(): number {
    return this.#rowsById.size
  }

  partition(name: string): Partition | undefined {
    return this.#partitions.get(name)
  }

  /** Only for an id that is not there, and where the arena has room for one more. */
  add(id: string, name: string, vector: Float32Array): RowChange {
    const partition = this.#partitions.get(name) ?? createPartition(name)
    if (partition.size === 0) this.#partitions.set(name, partition)
    const row = this.rows.take({ ids: [id], partition, place: partition.loose.length })
    this.#arena.writeVector(row, vector)
    this.#rowsById.set(id, row)
    partition.loose.push(row)
    partition.size++
    return { row, partition }
  }

  has(id: string): boolean {
    return this.#rowsById.get(id) !== undefined
  }

  /** The row that died of it; undefined where others have the same one, or where the id is not there. */
  forget(id: string): RowChange | undefined {
    const row = this.#rowsById.get(id)
    const owner = row === undefined ? undefined : this.rows.get(row)
    if (row === undefined || owner === undefined) return undefined
    const { ids, partition } = owner
    this.#rowsById.delete(id)
    partition.size--
    if (partition.size === 0) this.#partitions.delete(partition.name)
    ids[ids.indexOf(id)] = ids.at(-1) ?? id
    ids.pop()
    if (ids.length > 0) return undefined
    this.#bury(row, owner)
    return { row, partition }
  }

  /** The graph leads to it from now on. Undefined: it died meanwhile. */
  tighten(row: number): Partition | undefined {
    const owner = this.rows.get(row)
    if (owner === undefined) return undefined
    this.#takeFromLoose(owner)
    return owner.partition
  }

  /** The ids of a loose row move to another with the same vector, and the row is free. False: that one is dead. */
  merge(row: number, into: number): boolean {
    const owner = this.rows.get(row)
    const heir = this.rows.get(into)
    if (owner === undefined) return true
    if (heir === undefined) return false
    for (const id of owner.ids) this.#rowsById.set(id, into)
    heir.ids.push(...owner.ids)
    this.#bury(row, owner)
    this.rows.release(row)
    return true
  }

  /** As if nothing had ever been linked; the dead are free. */
  loosenAll(): void {
    for (const [row, owner] of this.rows.reclaim()) {
      if (owner.place >= 0) continue
      owner.place = owner.partition.loose.length
      owner.partition.loose.push(row)
    }
  }

  #bury(row: number, owner: RowOwner): void {
    this.#takeFromLoose(owner)
    this.#arena.kill(row)
    this.rows.disown(row)
  }

  /** The last one takes its place. */
  #takeFromLoose(owner: RowOwner): void {
    const { place, partition } = owner
    if (place < 0) return
    owner.place = -1
    const last = partition.loose.pop()
    if (last === undefined || place === partition.loose.length) return
    partition.loose[place] = last
    const moved = this.rows.get(last)
    if (moved !== undefined) moved.place = place
  }
}
