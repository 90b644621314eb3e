import type { Clock } from '../../../core/clock.js'
import type { StoreHealth } from '../entry-store.js'

/** Lets writes through to the disk while it takes them. */
export interface WriteGate {
  /** Resolves to what the disk made of it; false: it was not even tried. Never rejects. */
  pass(bytes: number, write: () => Promise<boolean>): Promise<boolean>
  health(): StoreHealth
}

/** More than a slow disk has not written yet is not kept in memory. */
const MAX_PENDING_BYTES = 32 << 20
/** Each failure is a transaction tried, and a line that lmdb prints. */
const PAUSE_AFTER_FAILURE_MS = 1000

/** Removals weigh nothing and pass always: they make room. */
export function createWriteGate(clock: Pick<Clock, 'epochMs'>): WriteGate {
  let pendingBytes = 0
  let failure: { readonly reason: string; readonly atMs: number } | undefined

  function isShut(bytes: number): boolean {
    if (bytes === 0) return false
    if (failure !== undefined && clock.epochMs() - failure.atMs < PAUSE_AFTER_FAILURE_MS) return true
    return pendingBytes > 0 && pendingBytes + bytes > MAX_PENDING_BYTES
  }

  return {
    async pass(bytes, write) {
      if (isShut(bytes)) return false
      pendingBytes += bytes
      try {
        const isDone = await write()
        failure = undefined
        return isDone
      } catch (error) {
        const reason = await reasonOf(error)
        failure = { reason: `The cache cannot be written: ${reason}`, atMs: clock.epochMs() }
        return false
      } finally {
        pendingBytes -= bytes
      }
    },
    health: () => (failure === undefined ? { state: 'ok' } : { state: 'unreachable', reason: failure.reason }),
  }
}

/** lmdb puts what went wrong into a promise, and rejects that as well. */
async function reasonOf(error: unknown): Promise<string> {
  if (!(error instanceof Error)) return String(error)
  if (!('commitError' in error)) return error.message
  try {
    await error.commitError
    return error.message
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}
