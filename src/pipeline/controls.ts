import { GatewayError, invalidRequest } from '../core/errors.js'

/** What a client may ask of the gateway itself, in request headers. */
export interface Controls {
  readonly cache: CacheMode
  /** The client named a mode itself. */
  readonly cacheAsked: boolean
  readonly cacheMaxAgeSeconds: number | undefined
  readonly cacheNamespace: string | undefined
  readonly replay: ReplayMode | undefined
  readonly route: RouteMode | undefined
  readonly provider: string | undefined
}

const CACHE_MODES = ['auto', 'skip', 'only', 'refresh'] as const
const REPLAY_MODES = ['instant', 'paced', 'recorded'] as const
const ROUTE_MODES = ['auto', 'cheapest', 'quality'] as const

export type CacheMode = (typeof CACHE_MODES)[number]
export type ReplayMode = (typeof REPLAY_MODES)[number]
export type RouteMode = (typeof ROUTE_MODES)[number]

/**
 * @param headers lower-case names
 * @throws GatewayError 400 with the allowed values
 */
export function parseControls(
  headers: Readonly<Record<string, string | undefined>>,
  providers: readonly string[],
): Controls {
  return {
    cache: oneOf(headers, 'X-Cache', CACHE_MODES) ?? 'auto',
    cacheAsked: headers['x-cache'] !== undefined,
    cacheMaxAgeSeconds: seconds(headers, 'X-Cache-Max-Age'),
    cacheNamespace: name(headers, 'X-Cache-Namespace'),
    replay: oneOf(headers, 'X-Cache-Replay', REPLAY_MODES),
    route: oneOf(headers, 'X-Route', ROUTE_MODES),
    provider: oneOf(headers, 'X-Provider', providers),
  }
}

/** A pinned model leaves nothing to route. */
export function refuseRoutingOfPinned(controls: Controls, model: string): void {
  for (const [header, value] of [
    ['X-Route', controls.route],
    ['X-Provider', controls.provider],
  ] as const) {
    if (value === undefined) continue
    throw new GatewayError(
      'invalid_request',
      `${header} chooses among models, but 'model' already names one ('${model}'). Send "model": "auto", or leave ${header} out.`,
      { param: header },
    )
  }
}

type Headers = Readonly<Record<string, string | undefined>>

function oneOf<T extends string>(headers: Headers, header: string, allowed: readonly T[]): T | undefined {
  const value = headers[header.toLowerCase()]?.trim()
  if (value === undefined) return undefined
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw invalidRequest(header, `${header} must be one of: ${allowed.join(', ')}.`)
  return found
}

function seconds(headers: Headers, header: string): number | undefined {
  const value = headers[header.toLowerCase()]?.trim()
  if (value === undefined) return undefined
  if (!/^\d{1,9}$/.test(value)) throw invalidRequest(header, `${header} must be a whole number of seconds.`)
  return Number(value)
}

function name(headers: Headers, header: string): string | undefined {
  const value = headers[header.toLowerCase()]?.trim()
  if (value === undefined) return undefined
  if (!/^[\w.:/-]{1,128}$/.test(value)) {
    throw invalidRequest(header, `${header} must be 1 to 128 letters, digits or one of . _ : / -`)
  }
  return value
}
