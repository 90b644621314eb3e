/**
 * The vectors of the live entries, by partition. Approximate where a partition is large, exact where it is small. No
 * call holds the event loop for more than a millisecond or so: what takes longer happens in a thread.
 */
export interface VectorIndex {
  /**
   * Can be found from now on. An id that is there already is replaced, whatever its partition was. False: there is no
   * room, and nothing has changed.
   *
   * @param vector of the index's dimension and of unit length; it is copied
   * @throws RangeError when it has another dimension
   */
  add(id: string, partition: string, vector: Float32Array): boolean
  /** Cannot be found from now on. False: it was not there. */
  remove(id: string): boolean
  /**
   * The most similar ones of a partition, best first. Of a large partition it may miss some, and finds about a hundred
   * at most; it never shows what was removed or belongs to another.
   *
   * @param vector of the index's dimension and of unit length
   * @throws RangeError when it has another dimension
   */
  search(partition: string, vector: Float32Array, k: number): readonly Neighbour[]
  size(): number
  /** Memory reserved for vectors and links. What is removed makes room for what is added; an empty index keeps little. */
  bytes(): number
  /** Forgets everything and gives its memory back. */
  clear(): void
  /**
   * Resolves when all that was added or removed so far has been worked into the structures that searches use. A caller
   * that adds many waits for it now and then: of what has not been worked in, searches see only the newest thousands.
   */
  settled(): Promise<void>
  /** Ends its thread. Nothing may be called afterwards. */
  close(): Promise<void>
}

export interface Neighbour {
  readonly id: string
  /** In [-1, 1], off by less than 0.0001. */
  readonly cosine: number
}
