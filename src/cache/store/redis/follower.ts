import { promisify } from 'node:util'
import type { StoreChange } from '../entry-store.js'
import type { Announcement, ChangeStream } from './change-stream.js'
import { type RedisClient, whenReady } from './connect-redis.js'

export interface Follower {
  /** Whether the place to follow from is known, so that a scan from now on misses nothing. */
  isOnTrack(): boolean
  /** Resolves when that is so, or cannot be said yet. */
  opened: Promise<void>
  follow(listener: (change: StoreChange) => void): void
  /** Everything has to be read again, though not for a reason found in the stream. */
  loseTrack(): void
  close(): void
}

export interface FollowerOptions {
  /** A connection of its own, since it waits there for what comes. */
  readonly client: RedisClient
  readonly stream: ChangeStream
  read(client: RedisClient, id: string): Promise<Buffer | null>
}

const RETRY_MS = 100

const sleep = promisify(setTimeout)

/** Reads the stream of changes, and goes on after whatever happens to it. */
export function createFollower({ client, stream, read }: FollowerOptions): Follower {
  let place: string | undefined
  let listener: ((change: StoreChange) => void) | undefined
  let isClosed = false

  /** In the order in which they were announced. */
  async function changesOf(announcements: readonly Announcement[]): Promise<readonly StoreChange[]> {
    const changes = await Promise.all(announcements.map(changeOf))
    return changes.flat()
  }

  async function changeOf(announcement: Announcement): Promise<readonly StoreChange[]> {
    if (announcement.kind === 'removed') return [announcement]
    const bytes = await read(client, announcement.id)
    return bytes === null ? [] : [{ kind: 'written', id: announcement.id, bytes }]
  }

  async function step(tell: (change: StoreChange) => void): Promise<void> {
    if (place === undefined) {
      place = await stream.end(client)
      return tell({ kind: 'lost-track' })
    }
    const { announcements, place: reached } = await stream.next(client, place)
    const changes = announcements === null ? [{ kind: 'lost-track' } as const] : await changesOf(announcements)
    place = reached
    if (!isClosed) changes.forEach(tell)
  }

  async function run(tell: (change: StoreChange) => void): Promise<void> {
    while (!isClosed) {
      try {
        await step(tell)
      } catch {
        // After a restart or a failover the stream may be another one.
        place = undefined
        await sleep(RETRY_MS)
      }
    }
  }

  return {
    isOnTrack: () => place !== undefined,
    opened: whenReady(client).then(async () => {
      place = await stream.end(client).catch(() => undefined)
    }),
    follow(tell) {
      if (listener !== undefined) return
      listener = tell
      void run(tell)
    },
    loseTrack: () => listener?.({ kind: 'lost-track' }),
    close() {
      isClosed = true
      client.disconnect()
    },
  }
}
