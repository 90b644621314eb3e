import type { Clock } from '../../../core/clock.js'
import type { EntryStore, StoredBytes, StoreHealth } from '../entry-store.js'
import { createChangeStream } from './change-stream.js'
import { createCommandGate } from './command-gate.js'
import { connectRedis, hangingLimit, type RedisClient, type RedisConfig, whenReady } from './connect-redis.js'
import { createFollower } from './follower.js'
import { createRemovals } from './removals.js'
import { scanKeys } from './scan-keys.js'
import { within } from './within.js'

export interface RedisStoreOptions {
  readonly config: RedisConfig
  readonly clock: Pick<Clock, 'epochMs'>
  /** About so many changes are kept for gateways that are behind. */
  readonly streamLength?: number
}

const STREAM_LENGTH = 10_000
/** A server that is there has answered by then; one that is not holds up no start. */
const OPENING_MS = 1000
const RESCAN_MS = 1000

/**
 * Entries on a Redis, shared with other gateways. Each entry is a key of its own and expires there; no command touches two
 * keys, so that a cluster may spread them as it likes. Opens also when Redis cannot be reached: then it says so, and
 * reports `lost-track` when it is there.
 */
export async function openRedisStore({ config, clock, streamLength }: RedisStoreOptions): Promise<EntryStore> {
  let lastError: string | undefined
  const note = (error: Error): void => {
    lastError = error.message
  }
  const client = connectRedis(config, note)
  const stream = createChangeStream({ key: `${config.keyPrefix}changes`, length: streamLength ?? STREAM_LENGTH })
  const entryPrefix = `${config.keyPrefix}entry:`
  const keyOf = (id: string): string => entryPrefix + id
  const follower = createFollower({ client: connectRedis(config, note), stream, read: readBody })
  const gate = createCommandGate({ timeoutMs: config.commandTimeoutMs, hangingLimit: hangingLimit(client) })
  const removals = createRemovals(purge)
  const writing = new Map<string, Promise<boolean>>()
  let isClosed = false
  let refusal: string | undefined
  let rescan: NodeJS.Timeout | undefined

  function readBody(from: RedisClient, id: string): Promise<Buffer | null> {
    return from.getBuffer(keyOf(id)).catch((error: unknown) => {
      // What lies there is not ours.
      if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return null
      throw error
    })
  }

  async function purge(ids: readonly string[]): Promise<number | undefined> {
    const answers = await Promise.all(ids.map((id) => gate.send(0, () => client.unlink(keyOf(id)))))
    const announced = await gate.send(0, () => stream.announce(client, { kind: 'removed', ids }))
    if (announced === undefined || answers.includes(undefined)) return undefined
    return answers.reduce((sum, answer) => sum + (answer?.value ?? 0), 0)
  }

  async function put(id: string, bytes: Buffer, lifeMs: number): Promise<boolean> {
    const answer = await gate.send(bytes.length, () => client.set(keyOf(id), bytes, 'PX', lifeMs))
    refusal = answer === undefined ? gate.trouble() : undefined
    // After the entry is there, or others would look for it too early. Unheard, it is still found by who asks for it.
    if (answer !== undefined) await gate.send(0, () => stream.announce(client, { kind: 'written', id }))
    return answer !== undefined
  }

  async function* readEverything(): AsyncIterable<readonly StoredBytes[]> {
    if (!follower.isOnTrack()) throw new Error(health().reason ?? 'Redis cannot be reached.')
    await within(OPENING_MS, whenReady(client))
    for await (const keys of scanKeys(client, entryPrefix)) {
      const ids = keys.map((key) => key.slice(entryPrefix.length))
      const bodies = await Promise.all(ids.map((id) => readBody(client, id)))
      yield ids.flatMap((id, at) => {
        const bytes = bodies[at] ?? null
        return bytes === null || removals.has(id) ? [] : [{ id, bytes }]
      })
    }
  }

  /** Whoever could not read everything is told when it can be done. */
  function suggestScan(): void {
    rescan = undefined
    if (isClosed) return
    if (follower.isOnTrack() && client.status === 'ready') follower.loseTrack()
    else rescan = setTimeout(suggestScan, RESCAN_MS).unref()
  }

  async function replace(
    before: Promise<unknown> | undefined,
    id: string,
    bytes: Buffer,
    expiresAtMs: number,
  ): Promise<boolean> {
    if (before !== undefined) await before
    const wasLeaving = removals.forget(id)
    const isKept = await put(id, bytes, Math.max(1, Math.ceil(expiresAtMs - clock.epochMs())))
    if (!isKept && wasLeaving) removals.restore(id)
    return isKept
  }

  function health(): StoreHealth {
    if (client.status !== 'ready') {
      return { state: 'unreachable', reason: `Redis cannot be reached: ${lastError ?? client.status}` }
    }
    const trouble = gate.trouble()
    if (trouble?.startsWith('no answer')) return { state: 'unreachable', reason: `Redis hangs: ${trouble}` }
    return refusal === undefined ? { state: 'ok' } : { state: 'ok', reason: `Redis keeps nothing: ${refusal}` }
  }

  await within(OPENING_MS, Promise.all([whenReady(client), follower.opened]))

  return {
    kind: 'redis',
    async read(id) {
      if (isClosed || removals.has(id)) return undefined
      const answer = await gate.send(0, () => readBody(client, id))
      return answer?.value ?? undefined
    },
    async write(id, bytes, expiresAtMs) {
      if (isClosed) return false
      // One after the other: in a cluster a command may be sent on to another member, and arrive after a later one.
      const before = writing.get(id)
      const written = replace(before, id, bytes, expiresAtMs)
      writing.set(id, written)
      const isKept = await written
      if (writing.get(id) === written) writing.delete(id)
      return isKept
    },
    async remove(ids) {
      return isClosed ? 0 : removals.remove(ids)
    },
    async *scan() {
      if (isClosed) return
      try {
        yield* readEverything()
      } catch (error) {
        rescan ??= setTimeout(suggestScan, RESCAN_MS).unref()
        throw error
      }
    },
    follow: follower.follow,
    health,
    async close() {
      if (isClosed) return
      isClosed = true
      clearTimeout(rescan)
      removals.close()
      follower.close()
      await within(config.commandTimeoutMs, client.quit())
      client.disconnect()
    },
  }
}
