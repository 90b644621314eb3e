/** What a slow client has not been sent yet, given out in pieces of any size. */
export class ChunkQueue {
  #chunks: Uint8Array[] = []

  get isEmpty(): boolean {
    return this.#chunks.length === 0
  }

  push(chunk: string | Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  }

  /** The next bytes, at most `maxBytes` of them; undefined when there are none. */
  take(maxBytes: number): Uint8Array | undefined {
    const first = this.#chunks[0]
    if (first === undefined) return undefined
    if (first.byteLength <= maxBytes) {
      this.#chunks.shift()
      return first
    }
    this.#chunks[0] = first.subarray(maxBytes)
    return first.subarray(0, maxBytes)
  }

  clear(): void {
    this.#chunks = []
  }
}
