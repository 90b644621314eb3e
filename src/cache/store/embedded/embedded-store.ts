import type { Clock } from '../../../core/clock.js'
import type { EntryStore } from '../entry-store.js'
import { lockDataDir } from './data-dir-lock.js'
import { openDataFile } from './data-file.js'
import { stampExpiry, unstamp } from './expiry-stamp.js'
import { createWriteGate } from './write-gate.js'

export interface EmbeddedStoreOptions {
  /** Made if there is none. */
  readonly dataDir: string
  readonly clock: Pick<Clock, 'epochMs'>
  /** For what whoever runs the gateway should know: a damaged file was moved aside. */
  warn(message: string): void
}

const PAGE = 256

/**
 * Entries in a file of the data folder, which this process has for itself meanwhile. A write that has resolved survives
 * the death of the process; when the machine loses power, the last moments may be lost, and the file stays whole.
 * Rejects with a DataDirError when another process has the folder, or when it cannot be written.
 */
export async function openEmbeddedStore({ dataDir, clock, warn }: EmbeddedStoreOptions): Promise<EntryStore> {
  const lock = await lockDataDir(dataDir)
  const file = await openDataFile({ dataDir, name: 'cache.mdb', what: 'cache', warn }).catch(async (error: unknown) => {
    await lock.release()
    throw error
  })
  const gate = createWriteGate(clock)
  /** What still shows an old entry may be about to be replaced. */
  const writing = new Set<string>()
  let isClosed = false
  let damage: string | undefined

  /** What the file says; undefined also when it fails us. */
  function look<T>(at: () => T): T | undefined {
    try {
      return at()
    } catch (error) {
      damage = `The cache cannot be read: ${error instanceof Error ? error.message : String(error)}`
      return undefined
    }
  }

  function find(id: string): Buffer | undefined {
    const stamped = isClosed ? undefined : look(() => file.getBinary(id))
    return stamped && unstamp(stamped, clock.epochMs())
  }

  async function drop(ids: readonly string[]): Promise<readonly boolean[]> {
    if (isClosed) return []
    return Promise.all(ids.map((id) => gate.pass(0, () => file.remove(id))))
  }

  return {
    kind: 'embedded',
    async read(id) {
      return find(id)
    },
    async write(id, bytes, expiresAtMs) {
      if (isClosed) return false
      writing.add(id)
      const isKept = await gate.pass(bytes.length, () => file.put(id, stampExpiry(bytes, expiresAtMs)))
      writing.delete(id)
      return isKept
    },
    async remove(ids) {
      const present = ids.map((id) => find(id) !== undefined)
      const done = await drop(ids)
      return done.filter((isDone, at) => isDone && present[at]).length
    },
    async *scan() {
      for (let after: string | undefined; !isClosed; ) {
        const ids = [
          ...file.getKeys({ limit: PAGE, ...(after !== undefined && { start: after, exclusiveStart: true }) }),
        ]
        if (ids.length === 0) return
        // A thread fetches what is on disk only; after that it is found in memory.
        await file.prefetch(ids)
        const found = ids.map((id) => ({ id, bytes: find(id) }))
        const expired = found.filter(({ id, bytes }) => bytes === undefined && !writing.has(id))
        const dropped = drop(expired.map(({ id }) => id))
        yield found.flatMap(({ id, bytes }) => (bytes === undefined ? [] : [{ id, bytes }]))
        await dropped
        after = ids.at(-1)
      }
    },
    follow() {
      // Nobody else can reach it.
    },
    health: () => (damage === undefined ? gate.health() : { state: 'unreachable', reason: damage }),
    async close() {
      if (isClosed) return
      isClosed = true
      await file.close()
      await lock.release()
    },
  }
}
