/**
 * Where entries lie: memory, a file, Redis. A store keeps bytes under ids and knows nothing of their meaning; what lives,
 * expires and has to make room is decided above it. One conformance suite runs over all of them.
 */
export interface EntryStore {
  readonly kind: 'memory' | 'embedded' | 'redis'
  /** Undefined: not there, or the store cannot be reached in time. Never rejects. */
  read(id: string): Promise<Buffer | undefined>
  /**
   * Replaces what was there. Resolves when it is as safe as this store makes it; false: it could not be kept (down, full).
   * Never rejects. Nobody changes the bytes afterwards, here or where they are read.
   *
   * @param expiresAtMs epoch; a store may drop it from then on
   */
  write(id: string, bytes: Buffer, expiresAtMs: number): Promise<boolean>
  /** How many of them were there. Never rejects: what cannot be reached counts as zero and is removed later. */
  remove(ids: readonly string[]): Promise<number>
  /**
   * Every entry that is there now, in pages: nobody is held up by a large store. What is written or removed meanwhile may
   * be there or not, and an entry may come twice. May reject when the store is lost.
   */
  scan(): AsyncIterable<readonly StoredBytes[]>
  /** What others who share the store did: another gateway's writes, removals, and flushes. */
  follow(listener: (change: StoreChange) => void): void
  health(): StoreHealth
  /** From then on it is an empty store that keeps nothing. */
  close(): Promise<void>
}

export interface StoredBytes {
  readonly id: string
  readonly bytes: Buffer
}

export type StoreChange =
  | { readonly kind: 'written'; readonly id: string; readonly bytes: Buffer }
  | { readonly kind: 'removed'; readonly ids: readonly string[] }
  /** Changes were missed: read everything again. */
  | { readonly kind: 'lost-track' }

export interface StoreHealth {
  readonly state: 'ok' | 'unreachable'
  /** What is wrong, for `/health`. */
  readonly reason?: string
}
