import type { Config } from './config/schema.js'
import { createAccounts } from './limits/accounts.js'
import type { Limiter } from './limits/limiter.js'
import { createMemoryLimiter } from './limits/memory-limiter.js'
import { createRedisLimiter } from './limits/redis/redis-limiter.js'
import { openSharedCounts } from './limits/redis/shared-counts.js'
import { createSpendKeeper } from './limits/spend-keeper.js'
import type { Logger } from './telemetry/log.js'
import { systemClock } from './telemetry/system-clock.js'

export interface OpenLimitsOptions {
  readonly config: Config
  readonly dataDir: string
  readonly log: Logger
}

/** A gateway that died is counted as having its requests under way for so long. */
const LEASE_MS = 30_000
const BEAT_MS = 5000

/** Where what keys use is counted: on Redis if the cache is there too, else here, and what they spend in the data folder. */
export async function openLimits(options: OpenLimitsOptions): Promise<Limiter> {
  return options.config.cache.store === 'redis' ? openShared(options) : openOwn(options)
}

async function openOwn({ config, dataDir, log }: OpenLimitsOptions): Promise<Limiter> {
  const accounts = createAccounts(systemClock)
  const keeper = createSpendKeeper({ dataDir, accounts, warn: (message) => log.warn(message) })
  if (config.auth.keys.length > 0) await keeper.open()
  return createMemoryLimiter({ accounts, onSpent: () => keeper.note(), close: () => keeper.close() })
}

async function openShared({ config, log }: OpenLimitsOptions): Promise<Limiter> {
  let reason = ''
  let isAlone = false
  const counts = await openSharedCounts({
    config: config.cache.redis,
    leaseMs: LEASE_MS,
    onError: (message) => {
      reason = message
    },
  })
  return createRedisLimiter({
    counts,
    accounts: createAccounts(systemClock),
    beatMs: BEAT_MS,
    onShared(isShared) {
      if (isShared !== isAlone) return
      isAlone = !isShared
      if (isAlone) log.warn({ reason }, 'Redis does not answer: this gateway counts the limits of keys by itself')
      else log.info('the limits of keys are counted on Redis again')
    },
  })
}
