/** A server, and who we are there. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: string
  /** Number of the database; undefined: the first. */
  readonly database?: number
  readonly isEncrypted: boolean
}

const DEFAULT_PORT = 6379

/** `host:port`, `redis://user:password@host:port/2`, or `rediss://…` for TLS, as the configuration has checked them. */
export function parseRedisAddress(text: string): RedisAddress {
  const url = new URL(text.includes('://') ? text : `redis://${text}`)
  const database = Number(url.pathname.slice(1))
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    isEncrypted: url.protocol === 'rediss:',
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    ...(database > 0 && { database }),
  }
}
