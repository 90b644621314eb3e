import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openRedisLedgerStore } from '../../src/ledger/redis-ledger-store.js'
import { systemClock } from '../../src/telemetry/system-clock.js'
import { REDIS_DEFAULTS } from '../cache/store/redis/open-store.js'
import { startCluster } from '../support/redis-cluster.js'
import { describeWithRedis, startRedis } from '../support/redis-server.js'
import { conform, row, sumsIn, traffic } from './conform.js'

const HOUR = 'h2026-11-28T15'
const open = (config: object) =>
  openRedisLedgerStore({
    config: { ...REDIS_DEFAULTS, keyPrefix: `test*:${randomUUID()}:`, ...config },
    clock: systemClock,
  })
const batch = (number: number, requests = 1n) => ({
  number,
  periods: new Map([[HOUR, [row(traffic('m'), { requests })]]]),
})

describeWithRedis('on one server', () => {
  conform('redis', async () => open({ url: (await startRedis()).url }))

  test('gateways add up', async () => {
    const { url } = await startRedis()
    const stores = await Promise.all([1, 2, 3].map(() => open({ url, keyPrefix: 'shared:' })))
    await Promise.all(stores.map((store, at) => store.add(batch(1, 10n ** BigInt(at)))))
    await Promise.all(stores.map((store) => store.add(batch(2))))
    for (const store of stores) expect(Object.values(await sumsIn(store, HOUR))).toEqual([{ requests: 114n }])
    await Promise.all(stores.map((store) => store.close()))
  })

  test('a batch whose answer was lost is added once, whenever it arrives', async () => {
    const server = await startRedis()
    const store = await open({ url: server.url })
    await store.add(batch(1))
    server.pause()
    await expect(store.add(batch(2))).rejects.toThrow()
    server.resume()
    await expect
      .poll(
        () =>
          store.add(batch(2)).then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true)
    await store.add(batch(3))
    expect(Object.values(await sumsIn(store, HOUR))).toEqual([{ requests: 3n }])
    await store.close()
  }, 40_000)

  test('while the server is away nothing is lost that is tried again', async () => {
    const server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] })
    const store = await open({ url: server.url })
    await store.add(batch(1))
    await server.kill()
    await expect(store.add(batch(2))).rejects.toThrow()
    await server.start()
    await expect
      .poll(
        () =>
          store.add(batch(2)).then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true)
    expect(Object.values(await sumsIn(store, HOUR))).toEqual([{ requests: 2n }])
    await store.close()
  }, 40_000)
})

describeWithRedis('on a cluster of three', () => {
  conform('redis', async () => {
    const { members } = await startCluster()
    return open({ cluster: members })
  })
})
