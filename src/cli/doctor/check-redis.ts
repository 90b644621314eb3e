import { randomUUID } from 'node:crypto'
import { connectRedis, type RedisClient, type RedisConfig, whenReady } from '../../cache/store/redis/connect-redis.js'
import { maskUrl } from '../../config/secrets.js'
import { type Diagnosis, fail, messageOf, ok, warn } from './diagnosis.js'

const PATIENCE_MS = 5000
/** A cluster or sentinels may still do it another way. */
const AFTER_ERROR_MS = 1000
const OLDEST = { major: 6, minor: 2 }
const PINGS = 9

/** A server that the cache needs: can it be reached, is it new enough, does it let us write, and is it near. */
export async function checkRedis(config: RedisConfig): Promise<readonly Diagnosis[]> {
  let lastError: string | undefined
  const client = connectRedis(config, (error) => {
    lastError = messageOf(error) || Object(error).code
  })
  try {
    await readyOrHopeless(client)
    if (client.status !== 'ready') return [unreachable(config, lastError)]
    return await probe(client, config)
  } catch (error) {
    return [unreachable(config, messageOf(error))]
  } finally {
    client.disconnect()
  }
}

function readyOrHopeless(client: RedisClient): Promise<void> {
  return new Promise((resolve) => {
    let timer = setTimeout(resolve, PATIENCE_MS)
    client.once('error', () => {
      clearTimeout(timer)
      timer = setTimeout(resolve, AFTER_ERROR_MS)
    })
    void whenReady(client).then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function unreachable(config: RedisConfig, reason = `no answer within ${PATIENCE_MS / 1000} s`): Diagnosis {
  const fix =
    'Check cache.redis (or REDIS_URL) and that the server runs. Without it requests go on, and nothing is cached.'
  return fail('redis', `${placesOf(config)} cannot be used: ${reason}`, fix)
}

async function probe(client: RedisClient, config: RedisConfig): Promise<readonly Diagnosis[]> {
  const info = parseInfo(await infoOf(client))
  const refusal = await tryToWrite(client, config.keyPrefix)
  const roundTripMs = await measureRoundTrip(client)
  const version = info.get('redis_version') ?? 'unknown'
  const noted = [
    ...(isOld(version) ? [tooOld(version)] : []),
    ...(refusal === undefined ? [] : [notAllowed(refusal, config)]),
    ...(roundTripMs * 2 > config.commandTimeoutMs ? [slow(roundTripMs, config)] : []),
    ...(refusesWhenFull(info) ? [keepsEverything()] : []),
  ]
  if (noted.length > 0) return noted
  return [ok('redis', `${placesOf(config)} answers in ${roundTripMs.toFixed(1)} ms (Redis ${version})`)]
}

/** The user may not be allowed to ask; that is no reason to fail. */
async function infoOf(client: RedisClient): Promise<string> {
  return String(await client.info().catch(() => ''))
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':')
      return colon <= 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const]
    }),
  )
}

/** What the cache does, with keys of our own: undefined when it may. */
async function tryToWrite(client: RedisClient, prefix: string): Promise<string | undefined> {
  const key = `${prefix}entry:doctor-${randomUUID()}`
  const stream = `${prefix}doctor-${randomUUID()}`
  try {
    await client.set(key, 'doctor', 'PX', 10_000)
    await client.getBuffer(key)
    await client.xadd(stream, 'MAXLEN', '~', 1, '*', 'doctor', '1')
    await client.xrange(stream, '-', '+')
    await Promise.all([client.unlink(key), client.unlink(stream)])
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

async function measureRoundTrip(client: RedisClient): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < PINGS; i++) {
    const startedAt = performance.now()
    await client.ping().catch(() => {}) // what may not be asked was answered too
    times.push(performance.now() - startedAt)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(PINGS / 2)] ?? 0
}

function isOld(version: string): boolean {
  const [major, minor] = version.split('.').map(Number)
  if (major === undefined || minor === undefined || Number.isNaN(major)) return false
  return major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)
}

function tooOld(version: string): Diagnosis {
  const needed = `${OLDEST.major}.${OLDEST.minor}`
  return fail('redis', `Redis ${version} is too old`, `Install Redis ${needed} or newer, or Valkey.`)
}

function notAllowed(reason: string, { keyPrefix }: RedisConfig): Diagnosis {
  const fix = `Allow its user to read, write and delete strings and streams of "${keyPrefix}*", and see that it is no read-only replica.`
  return fail('redis', `the server refuses what the cache needs: ${reason}`, fix)
}

function slow(roundTripMs: number, { commandTimeoutMs }: RedisConfig): Diagnosis {
  const message = `the server takes ${roundTripMs.toFixed(0)} ms for an empty command, and after ${commandTimeoutMs} ms the cache is passed by`
  return warn('redis', message, 'Bring the server nearer, or raise cache.redis.commandTimeoutMs.')
}

function refusesWhenFull(info: ReadonlyMap<string, string>): boolean {
  return Number(info.get('maxmemory') ?? 0) > 0 && info.get('maxmemory_policy') === 'noeviction'
}

function keepsEverything(): Diagnosis {
  const message = 'with maxmemory-policy noeviction the server takes no new answers once its memory is full'
  return warn('redis', message, 'Set maxmemory-policy to allkeys-lru or volatile-lru.')
}

function placesOf({ cluster, sentinels, url }: RedisConfig): string {
  const places = cluster.length > 0 ? cluster : sentinels.length > 0 ? sentinels : [url]
  return places.map(maskUrl).join(', ')
}
