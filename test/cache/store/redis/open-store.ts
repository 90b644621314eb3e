import { onTestFinished } from 'vitest'
import type { EntryStore, StoreChange } from '../../../../src/cache/store/entry-store.js'
import type { RedisConfig } from '../../../../src/cache/store/redis/connect-redis.js'
import { openRedisStore } from '../../../../src/cache/store/redis/redis-store.js'
import { systemClock } from '../../../../src/telemetry/system-clock.js'

export const REDIS_DEFAULTS: RedisConfig = {
  url: 'redis://127.0.0.1:1',
  keyPrefix: 'llmrouter:',
  cluster: [],
  sentinels: [],
  sentinelName: null,
  tls: false,
  // Far above what a command takes, also on a busy machine: what hangs is tested with less.
  commandTimeoutMs: 2000,
}

/** Closed when the test is over. */
export async function openStore(config: Partial<RedisConfig>, streamLength = 10_000): Promise<EntryStore> {
  const store = await openRedisStore({ config: { ...REDIS_DEFAULTS, ...config }, clock: systemClock, streamLength })
  onTestFinished(() => store.close())
  return store
}

/** What a store reports from now on. */
export function changesOf(store: EntryStore): readonly StoreChange[] {
  const changes: StoreChange[] = []
  store.follow((change) => changes.push(change))
  return changes
}

export const inAnHour = (): number => Date.now() + 3_600_000

export async function idsOf(store: EntryStore): Promise<readonly string[]> {
  const ids = new Set<string>()
  for await (const page of store.scan()) for (const { id } of page) ids.add(id)
  return [...ids].sort()
}
