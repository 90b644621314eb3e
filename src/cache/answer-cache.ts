import type { Clock } from '../core/clock.js'
import { createRecentMap } from '../core/recent-map.js'
import { createDirectory } from './directory.js'
import type { CacheEntry } from './entry/cache-entry.js'
import type { EntryCodec } from './entry/entry-codec.js'
import type { EntryStore, StoreChange, StoredBytes, StoreHealth } from './store/entry-store.js'

/** Answers that may be given again. Never rejects: whatever is wrong with the store, requests go on without it. */
export interface AnswerCache {
  /** The answer to the very same request. `maxAgeMs`: older ones do not count. */
  find(id: string, maxAgeMs: number): Promise<CacheEntry | undefined>
  /** An entry was served: it is the last to make room. */
  served(id: string): void
  keep(entry: CacheEntry): Promise<KeepOutcome>
  /** Removes what the filter accepts; all without one. @returns how many, or would be with `dryRun` */
  flush(options?: FlushOptions): Promise<number>
  remove(id: string): Promise<boolean>
  /** Everything alive, in pages. */
  list(): AsyncIterable<readonly CacheEntry[]>
  stats(): CacheStats
  close(): Promise<void>
}

export type KeepOutcome = 'kept' | 'too-large' | 'not-kept'

export interface FlushOptions {
  readonly accept?: (entry: CacheEntry) => boolean
  readonly dryRun?: boolean
}

export interface CacheStats {
  readonly store: EntryStore['kind']
  readonly health: StoreHealth
  readonly entries: number
  /** Values that were damaged, foreign, of another version or sealed with another key. */
  readonly unreadable: number
  /** That had to make room, since the process started. */
  readonly evicted: number
  /** Read everything that was there at the start? */
  readonly hydrated: boolean
}

export interface AnswerCacheOptions {
  readonly store: EntryStore
  readonly codec: EntryCodec
  readonly clock: Clock
  readonly maxEntries: () => number
  readonly maxEntryBytes: () => number
  /** What lives and what no longer does, for whoever keeps an index of it. */
  readonly observer?: CacheObserver
}

export interface CacheObserver {
  added(entry: CacheEntry): void
  removed(id: string): void
  cleared(): void
}

const SWEEP_MS = 30_000
/** Requests are served while everything is read again. */
const LONGEST_TURN_MS = 1
/** Of each of two generations. */
const MOST_OPENED_BYTES = 4 * 1024 * 1024

export function createAnswerCache(options: AnswerCacheOptions): AnswerCache {
  const { clock, codec, observer, store } = options
  const directory = createDirectory(options.maxEntries)
  /** Entries on their way into the store. */
  const writing = new Map<string, CacheEntry>()
  const opened = createRecentMap<{ readonly bytes: Buffer; readonly entry: CacheEntry }>(MOST_OPENED_BYTES)
  let unreadable = 0
  let evicted = 0
  let hydrated = false
  /** Of the hydration under way: a newer one ends it, and so does closing. */
  let hydration = 0

  function open(id: string, bytes: Buffer): CacheEntry | undefined {
    const entry = codec.decode(id, bytes)
    if (entry === undefined) unreadable++
    return entry
  }

  /** What is asked for again and again is opened once: the same bytes under the same id are the same entry. */
  async function read(id: string): Promise<CacheEntry | undefined> {
    const bytes = await store.read(id)
    if (bytes === undefined) return undefined
    const known = opened.get(id)
    if (known?.bytes.equals(bytes) === true) return known.entry
    const entry = open(id, bytes)
    if (entry !== undefined) opened.set(id, { bytes, entry }, bytes.length)
    return entry
  }

  function admit(entry: CacheEntry): void {
    const leaving = directory.put(entry.id, entry.about.expiresAtMs, clock.epochMs())
    observer?.added(entry)
    evicted += leaving.length
    discard(leaving)
  }

  function discard(ids: readonly string[]): void {
    if (ids.length === 0) return
    for (const id of ids) observer?.removed(id)
    void store.remove(ids)
  }

  function forget(id: string): void {
    writing.delete(id)
    directory.drop(id)
    observer?.removed(id)
  }

  function follow(change: StoreChange): void {
    if (change.kind === 'removed') return change.ids.forEach(forget)
    if (change.kind === 'lost-track') return void hydrate()
    const entry = open(change.id, change.bytes)
    if (entry !== undefined) admit(entry)
  }

  /** Reads everything that is there; entries written meanwhile are simply met twice. */
  async function hydrate(): Promise<void> {
    const own = ++hydration
    hydrated = false
    directory.clear()
    observer?.cleared()
    try {
      for await (const page of store.scan()) {
        let turnMs = clock.now()
        for (const { id, bytes } of page) {
          if (own !== hydration) return
          const entry = open(id, bytes)
          if (entry !== undefined && entry.about.expiresAtMs > clock.epochMs()) admit(entry)
          if (clock.now() - turnMs < LONGEST_TURN_MS) continue
          await new Promise(setImmediate)
          turnMs = clock.now()
        }
        await new Promise(setImmediate)
      }
      hydrated = true
    } catch {
      // The store is lost; when it is back it says `lost-track`.
    }
  }

  async function* list(): AsyncIterable<readonly CacheEntry[]> {
    for await (const page of store.scan()) {
      for (const portion of portionsOf(page)) {
        yield alive(portion)
        await new Promise(setImmediate)
      }
    }
  }

  function alive(page: readonly StoredBytes[]): readonly CacheEntry[] {
    return page.flatMap(({ id, bytes }) => {
      const entry = codec.decode(id, bytes)
      return entry !== undefined && entry.about.expiresAtMs > clock.epochMs() ? [entry] : []
    })
  }

  store.follow(follow)
  void hydrate()
  const sweep = setInterval(() => discard(directory.expire(clock.epochMs())), SWEEP_MS).unref()

  return {
    async find(id, maxAgeMs) {
      const entry = writing.get(id) ?? (await read(id))
      if (entry === undefined) return undefined
      const now = clock.epochMs()
      const { expiresAtMs, storedAtMs } = entry.about
      return expiresAtMs > now && now - storedAtMs <= maxAgeMs ? entry : undefined
    },
    served: directory.touch,
    async keep(entry) {
      const bytes = codec.encode(entry)
      if (bytes.length > options.maxEntryBytes()) return 'too-large'
      // Whoever has seen the answer finds it, though the store may take a while to have it for good.
      writing.set(entry.id, entry)
      admit(entry)
      const isKept = await store.write(entry.id, bytes, entry.about.expiresAtMs)
      if (writing.get(entry.id) === entry) writing.delete(entry.id)
      if (isKept) return 'kept'
      forget(entry.id)
      return 'not-kept'
    },
    async flush({ accept, dryRun = false } = {}) {
      let removed = 0
      try {
        for await (const page of store.scan()) {
          // Without a filter what cannot be read goes too.
          const ids = (accept === undefined ? page : alive(page).filter(accept)).map(({ id }) => id)
          removed += dryRun ? ids.length : await store.remove(ids)
          if (!dryRun) ids.forEach(forget)
        }
      } catch {
        // What cannot be reached is not there to be served either.
      }
      return removed
    },
    async remove(id) {
      forget(id)
      return (await store.remove([id])) === 1
    },
    list,
    stats: () => ({
      store: store.kind,
      health: store.health(),
      entries: directory.size,
      unreadable,
      evicted,
      hydrated,
    }),
    async close() {
      hydration++
      clearInterval(sweep)
      await store.close()
    },
  }
}

/** So much is decoded at a time: a page may hold hundreds of long answers, and others wait meanwhile. */
const PORTION_BYTES = 128 * 1024

function* portionsOf(page: readonly StoredBytes[]): Iterable<readonly StoredBytes[]> {
  let portion: StoredBytes[] = []
  let size = 0
  for (const stored of page) {
    portion.push(stored)
    size += stored.bytes.length
    if (size < PORTION_BYTES) continue
    yield portion
    portion = []
    size = 0
  }
  yield portion
}
