import { mastersOf, type RedisClient } from './connect-redis.js'

const ABOUT_A_PAGE = 128

/** The keys that start so, on every master there is. Some may come twice. Rejects when one cannot be asked. */
export async function* scanKeys(client: RedisClient, prefix: string): AsyncIterable<readonly string[]> {
  const pattern = `${escapePattern(prefix)}*`
  const masters = mastersOf(client)
  if (masters.length === 0) throw new Error('Redis cannot be reached.')
  for (const master of masters) {
    let cursor = '0'
    do {
      const [next, keys] = await master.scan(cursor, 'MATCH', pattern, 'COUNT', ABOUT_A_PAGE)
      if (keys.length > 0) yield keys
      cursor = next
    } while (cursor !== '0')
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}
