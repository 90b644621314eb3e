import type { Config } from './config/schema.js'
import { openEmbeddedLedgerStore } from './ledger/embedded-ledger-store.js'
import type { LedgerStore } from './ledger/ledger-store.js'
import { createMemoryLedgerStore } from './ledger/memory-ledger-store.js'
import { openRedisLedgerStore } from './ledger/redis-ledger-store.js'
import { systemClock } from './telemetry/system-clock.js'

export interface OpenLedgerOptions {
  readonly config: Config
  /** Locked by this process where the store is `embedded`. */
  readonly dataDir: string
  warn(message: string): void
}

/** The ledger lies where the cache does. Rejects with a DataDirError when the file cannot be had. */
export async function openLedger({ config, dataDir, warn }: OpenLedgerOptions): Promise<LedgerStore> {
  const { redis, store } = config.cache
  switch (store) {
    case 'off':
    case 'memory':
      return createMemoryLedgerStore()
    case 'redis':
      return openRedisLedgerStore({ config: redis, clock: systemClock })
    case 'embedded':
      return openEmbeddedLedgerStore({ dataDir, warn })
  }
}
