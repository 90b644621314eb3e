import { expect, test } from 'vitest'
import { openRedisStore } from '../../../../src/cache/store/redis/redis-store.js'
import { systemClock } from '../../../../src/telemetry/system-clock.js'
import { startCluster } from '../../../support/redis-cluster.js'
import { describeWithRedis, until } from '../../../support/redis-server.js'
import { conform } from '../conform.js'
import { changesOf, idsOf, inAnHour, openStore, REDIS_DEFAULTS } from './open-store.js'

describeWithRedis('on a cluster of three', () => {
  conform('redis', async () => {
    const { members } = await startCluster()
    return openRedisStore({ config: { ...REDIS_DEFAULTS, cluster: members }, clock: systemClock })
  })

  test('entries lie on all three, and two gateways see what the other does', async () => {
    const { members, servers } = await startCluster()
    const [one, other] = [await openStore({ cluster: members }), await openStore({ cluster: members.slice(2) })]
    const seen = changesOf(other)
    const ids = Array.from({ length: 60 }, (_, n) => `entry-${n}`)
    for (const id of ids) expect(await one.write(id, Buffer.from(id), inAnHour())).toBe(true)
    for (const server of servers) expect(await server.command('DBSIZE')).toBeGreaterThan(5)
    await until(() => seen.length === ids.length)
    expect(await one.remove(ids.slice(0, 40))).toBe(40)
    await until(() => seen.length === ids.length + 1)
    expect(seen.at(-1)).toEqual({ kind: 'removed', ids: ids.slice(0, 40) })
    expect(await idsOf(other)).toEqual(ids.slice(40).sort())
  })

  test('a member that dies takes only what lay there with it until it is back', async () => {
    const { members, servers } = await startCluster('--appendonly', 'yes', '--cluster-require-full-coverage', 'no')
    const store = await openStore({ cluster: members, commandTimeoutMs: 300 })
    const ids = Array.from({ length: 60 }, (_, n) => `entry-${n}`)
    for (const id of ids) expect(await store.write(id, Buffer.from(id), inAnHour())).toBe(true)
    await servers[2]?.kill()
    const found = new Set<string>()
    await until(async () => {
      for (const id of ids) if ((await store.read(id))?.toString() === id) found.add(id)
      return found.size > 20
    })
    await servers[2]?.start()
    await until(async () => (await Promise.all(ids.map((id) => store.read(id)))).every((bytes) => bytes !== undefined))
    expect(await store.write('new', Buffer.from('x'), inAnHour())).toBe(true)
  }, 60_000)
})
