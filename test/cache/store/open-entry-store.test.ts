import { expect, test } from 'vitest'
import { openEntryStore } from '../../../src/cache/store/open-entry-store.js'
import { systemClock } from '../../../src/telemetry/system-clock.js'
import { storeFolder } from './embedded/store-folder.js'
import { REDIS_DEFAULTS } from './redis/open-store.js'

test.each([
  ['embedded', 'embedded'],
  ['memory', 'memory'],
  ['redis', 'redis'],
  ['off', undefined],
] as const)('store: %s opens %s', async (store, kind) => {
  const config = { store, redis: REDIS_DEFAULTS }
  const opened = await openEntryStore({ config, dataDir: storeFolder(), clock: systemClock, warn: expect.fail })
  expect(opened?.kind).toBe(kind)
  await opened?.close()
})
