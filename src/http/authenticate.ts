import { GatewayError } from '../core/errors.js'
import type { KeyLimits } from '../core/limits/key-limits.js'
import { createKeyTable } from './key-table.js'
import { ANY_MODEL, createModelFilter, type ModelFilter } from './model-filter.js'

/** Who a request is from. */
export interface Client extends ModelFilter {
  readonly tenant: string
  /** Undefined on an open gateway. */
  readonly keyName: string | undefined
  /** As configured. */
  readonly keyHash: string | undefined
  readonly limits: KeyLimits | undefined
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
  readonly limits?: KeyLimits
}

export type Authenticate = (headers: Readonly<Record<string, string | undefined>>, nowEpochMs: number) => Client

const OPEN_CLIENT: Client = {
  tenant: 'default',
  keyName: undefined,
  keyHash: undefined,
  limits: undefined,
  ...ANY_MODEL,
}

/**
 * Checks `Authorization: Bearer` or `x-api-key` against the configured keys; without keys everybody is welcome.
 * @throws GatewayError 401 `invalid_api_key`
 */
export function createAuthenticate(
  keys: readonly ClientKey[],
  aliases: Readonly<Record<string, string>> = {},
): Authenticate {
  if (keys.length === 0) return () => OPEN_CLIENT
  const table = createKeyTable(keys.map((key) => ({ hash: key.hash, value: clientOf(key, aliases) })))
  return (headers, nowEpochMs) => {
    const presented = presentedKey(headers)
    if (presented === undefined) {
      throw new GatewayError(
        'invalid_api_key',
        'This gateway needs a key: send it as "Authorization: Bearer <key>" or "x-api-key: <key>".',
      )
    }
    const match = table.find(presented)
    if (match === undefined) throw new GatewayError('invalid_api_key', 'The key is not known to this gateway.')
    if (nowEpochMs >= match.expiresAtMs) throw new GatewayError('invalid_api_key', 'The key has expired.')
    return match.client
  }
}

function clientOf(key: ClientKey, aliases: Readonly<Record<string, string>>) {
  const client: Client = {
    tenant: key.tenant ?? key.name,
    keyName: key.name,
    keyHash: key.hash,
    limits: key.limits,
    ...createModelFilter(key.models, aliases),
  }
  return { client, expiresAtMs: typeof key.expires === 'string' ? Date.parse(key.expires) : Infinity }
}

function presentedKey(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  return bearer ?? headers['x-api-key']
}
