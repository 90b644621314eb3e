const SHARDS = 1024

/**
 * A `Map` that grows in small steps. One of a million keys stops everything for tens of milliseconds when it doubles its
 * table; here only a thousandth of the keys moves at a time.
 */
export class HashedMap<T> {
  readonly #shards = Array.from({ length: SHARDS }, () => new Map<string, T>())
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: string): T | undefined {
    return this.#shardOf(key)?.get(key)
  }

  set(key: string, value: T): void {
    const shard = this.#shardOf(key)
    const before = shard?.size ?? 0
    shard?.set(key, value)
    this.#size += (shard?.size ?? 0) - before
  }

  delete(key: string): boolean {
    const wasThere = this.#shardOf(key)?.delete(key) === true
    if (wasThere) this.#size--
    return wasThere
  }

  #shardOf(key: string): Map<string, T> | undefined {
    return this.#shards[hash(key) % SHARDS]
  }
}

/** FNV-1a. */
function hash(key: string): number {
  let state = 0x811c9dc5
  for (let at = 0; at < key.length; at++) state = Math.imul(state ^ key.charCodeAt(at), 0x01000193)
  return (state ^ (state >>> 15)) >>> 0
}
