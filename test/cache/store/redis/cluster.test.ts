import { expect, test } from 'vitest'
import { openRedisStore } from '../../../../src/cache/store/redis/redis-store.js'
import { systemClock } from '../../../../src/telemetry/system-clock.js'
import { describeWithRedis, freePort, type RedisServer, startRedis, until } from '../../../support/redis-server.js'
import { conform } from '../conform.js'
import { changesOf, idsOf, inAnHour, openStore, REDIS_DEFAULTS } from './open-store.js'

const SLOTS = 16_384

interface RedisCluster {
  readonly servers: readonly RedisServer[]
  /** As in the configuration. */
  readonly members: readonly string[]
}

/** Three masters, each with a third of the slots. */
async function startCluster(...more: readonly string[]): Promise<RedisCluster> {
  // The port of the bus is not 10,000 higher: that may be taken, or none.
  const buses = await Promise.all([0, 1, 2].map(() => freePort()))
  const servers = await Promise.all(buses.map((bus) => startMember(bus, more)))
  for (const [at, server] of servers.entries()) {
    const range = [Math.ceil((at * SLOTS) / 3), Math.ceil(((at + 1) * SLOTS) / 3) - 1]
    await server.command('CLUSTER', 'ADDSLOTSRANGE', ...range)
    await server.command('CLUSTER', 'SET-CONFIG-EPOCH', at + 1)
    if (at > 0) await servers[0]?.command('CLUSTER', 'MEET', '127.0.0.1', server.port, buses[at] ?? 0)
  }
  for (const server of servers) await until(async () => (await isWhole(server)) && knowsAll(server))
  return { servers, members: servers.map(({ port }) => `127.0.0.1:${port}`) }
}

function startMember(bus: number, more: readonly string[]): Promise<RedisServer> {
  return startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-port', String(bus), ...more] })
}

async function isWhole(server: RedisServer): Promise<boolean> {
  return String(await server.command('CLUSTER', 'INFO')).includes('cluster_state:ok')
}

async function knowsAll(server: RedisServer): Promise<boolean> {
  return (
    String(await server.command('CLUSTER', 'NODES'))
      .trim()
      .split('\n').length === 3
  )
}

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
  })
})
