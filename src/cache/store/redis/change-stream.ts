import { randomUUID } from 'node:crypto'
import type { RedisClient } from './connect-redis.js'

/** What one gateway tells the others, as it stands in the stream. */
export type Announcement =
  | { readonly kind: 'written'; readonly id: string }
  | { readonly kind: 'removed'; readonly ids: readonly string[] }

/** What was announced since the last look; null: some of it is gone, and nobody knows what it was. */
export type Announcements = readonly Announcement[] | null

/** One stream for all gateways, of bounded length. Its methods reject as the commands do. */
export interface ChangeStream {
  announce(client: RedisClient, announcement: Announcement): Promise<unknown>
  /** The place from which on nothing will be missed. */
  end(client: RedisClient): Promise<string>
  /** Waits for the next announcements, but not for ever: there may be none. Those of this gateway are left out. */
  next(client: RedisClient, place: string): Promise<{ readonly announcements: Announcements; readonly place: string }>
}

export interface ChangeStreamOptions {
  readonly key: string
  /** About so many announcements are kept for those who are behind. */
  readonly length: number
}

const WAIT_MS = 2000
const MOST_AT_ONCE = 64
const START = '0-0'

export function createChangeStream({ key, length }: ChangeStreamOptions): ChangeStream {
  const self = randomUUID()

  async function append(client: RedisClient, kind: string, ids: string): Promise<string | null> {
    return client.xadd(key, 'MAXLEN', '~', length, '*', 'by', self, kind, ids)
  }

  /** Every place is that of an announcement; when that one is gone, later ones may be gone as well. */
  async function isBehind(client: RedisClient, place: string): Promise<boolean> {
    const oldest = (await client.xrange(key, '-', '+', 'COUNT', 1))[0]?.[0]
    return oldest === undefined || isLater(oldest, place)
  }

  return {
    announce: (client, change) =>
      append(client, change.kind, change.kind === 'written' ? change.id : change.ids.join(' ')),
    async end(client) {
      // An announcement that says nothing makes a place, even in a stream that does not exist yet.
      const made = await append(client, 'opened', '').catch(() => null)
      return made ?? (await client.xrevrange(key, '+', '-', 'COUNT', 1))[0]?.[0] ?? START
    },
    async next(client, place) {
      const reply = await client.xread('COUNT', MOST_AT_ONCE, 'BLOCK', WAIT_MS, 'STREAMS', key, place)
      const messages = reply?.[0]?.[1] ?? []
      const last = messages.at(-1)?.[0]
      if (last === undefined) return { announcements: [], place }
      if (await isBehind(client, place)) return { announcements: null, place: last }
      return { announcements: messages.flatMap(([, fields]) => read(fields)), place: last }
    },
  }

  function read([by, sender, kind, ids = '']: readonly string[]): readonly Announcement[] {
    if (by !== 'by' || sender === self) return []
    if (kind === 'written') return [{ kind, id: ids }]
    return kind === 'removed' ? [{ kind, ids: ids.split(' ') }] : []
  }
}

/** Ids are milliseconds and a number within them. */
function isLater(one: string, other: string): boolean {
  const [ms = 0, number = 0] = one.split('-').map(Number)
  const [otherMs = 0, otherNumber = 0] = other.split('-').map(Number)
  return ms === otherMs ? number > otherNumber : ms > otherMs
}
