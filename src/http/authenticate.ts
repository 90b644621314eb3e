import { createHash, timingSafeEqual } from 'node:crypto'
import { GatewayError } from '../core/errors.js'

/** Who a request is from. */
export interface Client {
  readonly tenant: string
  /** Undefined on an open gateway. */
  readonly keyName: string | undefined
  /** May this client use the model of this name? */
  readonly mayUse: (model: string) => boolean
}

/** A client key as configured: only its SHA-256 is known here. */
export interface ClientKey {
  readonly name: string
  /** `sha256:` and 64 hex digits. */
  readonly hash: string
  readonly tenant?: string | undefined
  /** Model names, each may end in `*`. */
  readonly models: readonly string[]
  /** ISO 8601; null: for ever. */
  readonly expires?: string | null | undefined
}

export type Authenticate = (headers: Readonly<Record<string, string | undefined>>, nowEpochMs: number) => Client

const OPEN_CLIENT: Client = { tenant: 'default', keyName: undefined, mayUse: () => true }

/**
 * Checks `Authorization: Bearer` or `x-api-key` against the configured keys; without keys everybody is welcome.
 * Hashes are compared in constant time, and all of them, so that the time tells nothing.
 * @throws GatewayError 401 `invalid_api_key`
 */
export function createAuthenticate(keys: readonly ClientKey[]): Authenticate {
  if (keys.length === 0) return () => OPEN_CLIENT
  const known = keys.map((key) => ({
    digest: Buffer.from(key.hash.replace(/^sha256:/, ''), 'hex'),
    expiresAt: typeof key.expires === 'string' ? Date.parse(key.expires) : Infinity,
    client: { tenant: key.tenant ?? key.name, keyName: key.name, mayUse: createModelFilter(key.models) },
  }))
  return (headers, nowEpochMs) => {
    const presented = presentedKey(headers)
    if (presented === undefined) {
      throw new GatewayError(
        'invalid_api_key',
        'This gateway needs a key: send it as "Authorization: Bearer <key>" or "x-api-key: <key>".',
      )
    }
    const digest = createHash('sha256').update(presented).digest()
    let match: (typeof known)[number] | undefined
    for (const key of known) {
      if (key.digest.length === digest.length && timingSafeEqual(key.digest, digest)) match = key
    }
    if (match === undefined) throw new GatewayError('invalid_api_key', 'The key is not known to this gateway.')
    if (nowEpochMs >= match.expiresAt) throw new GatewayError('invalid_api_key', 'The key has expired.')
    return match.client
  }
}

function presentedKey(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  return bearer ?? headers['x-api-key']
}

function createModelFilter(patterns: readonly string[]): (model: string) => boolean {
  if (patterns.includes('*')) return () => true
  return (model) =>
    patterns.some((pattern) => (pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : model === pattern))
}
