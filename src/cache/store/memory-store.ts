import type { EntryStore } from './entry-store.js'

const PAGE = 256

/** Lives and dies with the process. */
export function createMemoryStore(): EntryStore {
  const entries = new Map<string, Buffer>()
  let isClosed = false
  return {
    kind: 'memory',
    async read(id) {
      return entries.get(id)
    },
    async write(id, bytes) {
      if (!isClosed) entries.set(id, bytes)
      return !isClosed
    },
    async remove(ids) {
      return ids.filter((id) => entries.delete(id)).length
    },
    async *scan() {
      const all = [...entries]
      for (let start = 0; start < all.length; start += PAGE) {
        yield all.slice(start, start + PAGE).map(([id, bytes]) => ({ id, bytes }))
      }
    },
    follow() {
      // Nobody else can reach it.
    },
    health: () => ({ state: 'ok' }),
    async close() {
      isClosed = true
      entries.clear()
    },
  }
}
