import type { Clock } from '../../core/clock.js'
import { openEmbeddedStore } from './embedded/embedded-store.js'
import type { EntryStore } from './entry-store.js'
import { createMemoryStore } from './memory-store.js'
import type { RedisConfig } from './redis/connect-redis.js'
import { openRedisStore } from './redis/redis-store.js'

export interface EntryStoreOptions {
  /** `cache` of the configuration. */
  readonly config: { readonly store: 'embedded' | 'memory' | 'redis' | 'off'; readonly redis: RedisConfig }
  readonly dataDir: string
  readonly clock: Pick<Clock, 'epochMs'>
  /** For what whoever runs the gateway should know. */
  warn(message: string): void
}

/** The store of a configuration; undefined: off. Rejects with a DataDirError when the data folder cannot be had. */
export async function openEntryStore({ config, ...options }: EntryStoreOptions): Promise<EntryStore | undefined> {
  switch (config.store) {
    case 'embedded':
      return openEmbeddedStore(options)
    case 'memory':
      return createMemoryStore()
    case 'redis':
      return openRedisStore({ config: config.redis, clock: options.clock })
    case 'off':
      return undefined
  }
}
