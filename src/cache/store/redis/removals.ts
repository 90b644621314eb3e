/** Removes now, or as soon as it can be done. */
export interface Removals {
  /** How many were there, of those that could be removed at once. Never rejects. */
  remove(ids: readonly string[]): Promise<number>
  /** Still to be removed: as good as gone. */
  has(id: string): boolean
  /** It is being written anew. @returns whether it was still to be removed */
  forget(id: string): boolean
  restore(id: string): void
  close(): void
}

/**
 * Undefined: it could not be done, and is to be tried again.
 *
 * @returns how many of them were there
 */
type Purge = (ids: readonly string[]) => Promise<number | undefined>

const PAGE = 256
const RETRY_MS = 250

export function createRemovals(purge: Purge): Removals {
  /** As many as there are entries, at most: an id is removed that somebody knew. */
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  async function work(ids: readonly string[]): Promise<number> {
    let removed = 0
    for (let start = 0; start < ids.length && !isClosed; start += PAGE) {
      const page = ids.slice(start, start + PAGE)
      const count = await purge(page)
      // Where one page does not get through, the next ones need not try.
      if (count === undefined) break
      for (const id of page) waiting.delete(id)
      removed += count
    }
    if (waiting.size > 0 && !isClosed) timer ??= setTimeout(retry, RETRY_MS).unref()
    return removed
  }

  function retry(): void {
    timer = undefined
    void work([...waiting])
  }

  return {
    async remove(ids) {
      for (const id of ids) waiting.add(id)
      return work(ids)
    },
    has: (id) => waiting.has(id),
    forget: (id) => waiting.delete(id),
    restore: (id) => void waiting.add(id),
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
