import { onTestFinished } from 'vitest'
import type { RedisConfig } from '../../../src/cache/store/redis/connect-redis.js'
import { createAccounts } from '../../../src/limits/accounts.js'
import type { Limiter } from '../../../src/limits/limiter.js'
import { createRedisLimiter } from '../../../src/limits/redis/redis-limiter.js'
import { openSharedCounts } from '../../../src/limits/redis/shared-counts.js'
import { REDIS_DEFAULTS } from '../../cache/store/redis/open-store.js'
import type { VirtualClock } from '../virtual-clock.js'

export interface TestLimiter extends Limiter {
  /** Whether the others counted with it, when it last asked. */
  isShared(): boolean
  /** As if the process had been killed: nothing more is told. */
  abandon(): Promise<void>
}

export const LEASE_MS = 30_000

/** One gateway's. The clock stands for that of the server too, if there is to be one. Closed when the test is over. */
export async function openLimiter(
  config: Partial<RedisConfig>,
  clock: VirtualClock,
  { beatMs = 5000, serverClock = false } = {},
): Promise<TestLimiter> {
  const counts = await openSharedCounts({
    config: { ...REDIS_DEFAULTS, ...config },
    leaseMs: LEASE_MS,
    ...(!serverClock && { clock }),
    onError: () => {},
  })
  let isShared = true
  const limiter = createRedisLimiter({
    counts,
    accounts: createAccounts(clock),
    beatMs,
    onShared: (now) => {
      isShared = now
    },
  })
  onTestFinished(() => limiter.close())
  return { ...limiter, isShared: () => isShared, abandon: () => counts.close() }
}
