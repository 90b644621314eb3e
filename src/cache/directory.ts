/** What is known of every live entry without reading it: enough to expire, to make room and to count. */
export interface Directory {
  /** @returns the ids that have to go to make room */
  put(id: string, expiresAtMs: number, nowMs: number): readonly string[]
  /** It was of use: it goes last. */
  touch(id: string): void
  drop(id: string): boolean
  /** Entries whose time is over; they are dropped. */
  expire(nowMs: number): readonly string[]
  clear(): void
  readonly size: number
}

/** So many of the oldest are looked at for expired ones before a live one is sacrificed. */
const LOOKED_AT = 16

/** Least recently useful first: a Map keeps the order of insertion. */
export function createDirectory(maxEntries: () => number): Directory {
  const expiry = new Map<string, number>()

  function victim(nowMs: number): string | undefined {
    let looked = 0
    for (const [id, expiresAtMs] of expiry) {
      if (expiresAtMs <= nowMs) return id
      if (++looked === LOOKED_AT) break
    }
    const [oldest] = expiry.keys()
    return oldest
  }

  return {
    put(id, expiresAtMs, nowMs) {
      expiry.delete(id)
      expiry.set(id, expiresAtMs)
      const leaving: string[] = []
      while (expiry.size > Math.max(1, maxEntries())) {
        const chosen = victim(nowMs)
        if (chosen === undefined) break
        expiry.delete(chosen)
        leaving.push(chosen)
      }
      return leaving
    },
    touch(id) {
      const expiresAtMs = expiry.get(id)
      if (expiresAtMs === undefined) return
      expiry.delete(id)
      expiry.set(id, expiresAtMs)
    },
    drop: (id) => expiry.delete(id),
    expire(nowMs) {
      const over = [...expiry].filter(([, expiresAtMs]) => expiresAtMs <= nowMs).map(([id]) => id)
      for (const id of over) expiry.delete(id)
      return over
    },
    clear: () => expiry.clear(),
    get size() {
      return expiry.size
    },
  }
}
