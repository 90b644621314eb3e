import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { parseRedisAddress, type RedisAddress } from './redis-address.js'

/** `cache.redis` of the configuration. */
export interface RedisConfig {
  readonly url: string
  readonly keyPrefix: string
  readonly cluster: readonly string[]
  readonly sentinels: readonly string[]
  readonly sentinelName: string | null
  readonly tls: boolean
  readonly commandTimeoutMs: number
}

export type RedisClient = Redis | Cluster

const CONNECT_TIMEOUT_MS = 5000
/** A connection that owes an answer for so long is dead, whatever the network says. */
const SILENCE_MS = 5000
const FIRST_RETRY_MS = 50
const SLOWEST_RETRY_MS = 5000

/**
 * A connection of its own to what the configuration names: one server, the master that sentinels watch, or a cluster.
 * It is made in the background, and again whenever it is lost. Meanwhile commands are rejected at once: nothing waits in
 * memory for a server that is down, and nothing is sent twice.
 */
export function connectRedis(config: RedisConfig, onError: (error: Error) => void): RedisClient {
  const client = open(config)
  client.on('error', onError)
  return client
}

/** Whom to ask for all keys. None: the cluster is not known yet. */
export function mastersOf(client: RedisClient): readonly Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client]
}

/** How many commands may hang before the whole is taken to hang: in a cluster it may be one member of many. */
export function hangingLimit(client: RedisClient): number {
  return client instanceof Cluster ? 16 : 1
}

/** Resolves when it can be used, or was closed for good. */
export async function whenReady(client: RedisClient): Promise<void> {
  if (client.status === 'ready') return
  await new Promise<void>((resolve) => {
    client.once('ready', resolve)
    client.once('end', resolve)
  })
}

function open(config: RedisConfig): RedisClient {
  const address = parseRedisAddress(config.url)
  if (config.cluster.length > 0) return openCluster(config, config.cluster.map(parseRedisAddress), address)
  if (config.sentinels.length > 0) return openWatched(config, config.sentinels.map(parseRedisAddress), address)
  const { host, port, database } = address
  return new Redis({
    ...OPTIONS,
    ...accessTo(address, config),
    host,
    port,
    ...(database !== undefined && { db: database }),
    retryStrategy: backOff,
  })
}

const OPTIONS = {
  connectionName: 'llmrouter',
  // CLIENT SETINFO is younger than Redis 6.2.
  disableClientInfo: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT_TIMEOUT_MS,
  socketTimeout: SILENCE_MS,
  // A master that has become a replica: connect again, to whoever is the master now.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions

/** Name and password for the servers are those of `url`: its host and port are not used. */
function openWatched(config: RedisConfig, sentinels: readonly RedisAddress[], master: RedisAddress): Redis {
  const { username, password } = sentinels[0] ?? {}
  const isEncrypted = config.tls || sentinels.some((sentinel) => sentinel.isEncrypted)
  return new Redis({
    ...OPTIONS,
    ...accessTo(master, config),
    sentinels: sentinels.map(({ host, port }) => ({ host, port })),
    name: config.sentinelName ?? '',
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
    ...(isEncrypted && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    ...(master.database !== undefined && { db: master.database }),
    sentinelRetryStrategy: backOff,
    retryStrategy: backOff,
  })
}

/** Name and password are those of the first member that states them, else those of `url`. A cluster has one database. */
function openCluster(config: RedisConfig, members: readonly RedisAddress[], url: RedisAddress): Cluster {
  const known = members.find(({ password }) => password !== undefined) ?? url
  const isEncrypted = config.tls || members.some((member) => member.isEncrypted)
  return new Cluster(
    members.map(({ host, port }) => ({ host, port })),
    {
      enableOfflineQueue: false,
      // A member that is dead answers nobody: one look at who has its slots now, and another after a moment.
      maxRedirections: 2,
      redisOptions: { ...OPTIONS, ...accessTo({ ...known, isEncrypted }, config) },
      // Certificates are made out to names, so those the cluster announces are kept.
      ...(isEncrypted && { dnsLookup: (name, found) => found(null, name) }),
      clusterRetryStrategy: backOff,
    },
  )
}

function accessTo({ host, isEncrypted, username, password }: RedisAddress, { tls }: RedisConfig): RedisOptions {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...((tls || isEncrypted) && { tls: { servername: host } }),
  }
}

/** Doubled each time, and spread, so that many gateways do not come back as one. */
function backOff(times: number): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** Math.min(times, 10), SLOWEST_RETRY_MS)
  return longest * (0.5 + Math.random() / 2)
}
