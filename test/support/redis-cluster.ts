import { freePort, type RedisServer, startRedis, until } from './redis-server.js'

const SLOTS = 16_384

export interface RedisCluster {
  readonly servers: readonly RedisServer[]
  /** As in the configuration. */
  readonly members: readonly string[]
}

/** Three masters, each with a third of the slots. */
export async function startCluster(...more: readonly string[]): Promise<RedisCluster> {
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
