/**
 * One error class and one table. Whoever detects trouble throws a code; nobody else knows status numbers.
 * The HTTP statuses and wire names are those of the OpenAI and Anthropic error shapes.
 */

/**
 * - `retry`: the same again may go well after a moment.
 * - `move`: rather elsewhere, since waiting here has taken long; the same again where there is no other place.
 * - `elsewhere`: the same again is in vain; another model or provider, or another of our keys, may do it.
 * - `longer`: only a model that takes longer prompts may do it.
 * - `tell`: nobody would do it; the client has to know.
 */
export type Recovery = 'retry' | 'move' | 'elsewhere' | 'longer' | 'tell'

interface ErrorRow {
  /** HTTP status when nothing has been sent yet. */
  readonly status: number
  /** `error.type` in the OpenAI shape. */
  readonly type: string
  /** `error.code` in the OpenAI shape. */
  readonly wireCode: string | null
  /** `error.type` in the Anthropic shape. */
  readonly anthropicType: string
  /** What the next attempt of the same request may be, while nothing of an answer has been shown. */
  readonly recovery: Recovery
  /** The upstream itself is unwell: what circuit breakers count. */
  readonly unwell?: true
  /** Sent as `x-should-retry: false`, so that official clients do not multiply a hopeless request. */
  readonly hopeless?: true
}

const row = (
  status: number,
  type: string,
  wireCode: string | null,
  anthropicType: string,
  recovery: Recovery = 'tell',
): ErrorRow => ({ status, type, wireCode, anthropicType, recovery })

export const ERROR_TABLE = {
  // The client's request
  invalid_request: row(400, 'invalid_request_error', null, 'invalid_request_error'),
  invalid_json: row(400, 'invalid_request_error', 'invalid_json', 'invalid_request_error'),
  unsupported_parameter: row(400, 'invalid_request_error', 'unsupported_parameter', 'invalid_request_error'),
  context_length_exceeded: row(
    400,
    'invalid_request_error',
    'context_length_exceeded',
    'invalid_request_error',
    'longer',
  ),
  invalid_api_key: row(401, 'invalid_request_error', 'invalid_api_key', 'authentication_error'),
  permission_denied: row(403, 'permission_error', 'permission_denied', 'permission_error'),
  admin_disabled: row(403, 'permission_error', 'admin_disabled', 'permission_error'),
  not_found: row(404, 'invalid_request_error', 'not_found', 'not_found_error'),
  model_not_found: row(404, 'invalid_request_error', 'model_not_found', 'not_found_error', 'elsewhere'),
  cache_miss: row(404, 'invalid_request_error', 'cache_miss', 'not_found_error'),
  method_not_allowed: row(405, 'invalid_request_error', 'method_not_allowed', 'invalid_request_error'),
  request_timeout: row(408, 'invalid_request_error', 'request_timeout', 'invalid_request_error'),
  request_too_large: row(413, 'invalid_request_error', 'request_too_large', 'request_too_large'),
  unsupported_media_type: row(415, 'invalid_request_error', 'unsupported_media_type', 'invalid_request_error'),
  rate_limit_exceeded: row(429, 'rate_limit_error', 'rate_limit_exceeded', 'rate_limit_error', 'retry'),
  insufficient_quota: {
    ...row(429, 'insufficient_quota', 'insufficient_quota', 'rate_limit_error', 'elsewhere'),
    hopeless: true,
  },
  // The gateway itself
  internal_error: row(500, 'server_error', 'internal_error', 'api_error', 'elsewhere'),
  overloaded: { ...row(503, 'server_error', 'overloaded', 'overloaded_error', 'retry'), unwell: true },
  shutting_down: row(503, 'server_error', 'shutting_down', 'overloaded_error'),
  // The provider. Trouble with our keys must never look like trouble with the client's.
  upstream_error: { ...row(502, 'server_error', 'upstream_error', 'api_error', 'retry'), unwell: true },
  upstream_auth_failed: {
    ...row(502, 'upstream_error', 'upstream_auth_failed', 'api_error', 'elsewhere'),
    hopeless: true,
  },
  upstream_precondition: {
    ...row(502, 'upstream_error', 'upstream_precondition', 'api_error', 'elsewhere'),
    hopeless: true,
  },
  upstream_timeout: { ...row(504, 'server_error', 'upstream_timeout', 'timeout_error', 'move'), unwell: true },
  stream_truncated: { ...row(502, 'server_error', 'stream_truncated', 'api_error', 'retry'), unwell: true },
  // Never sent: the client has gone. Logged as 499, as nginx does.
  client_closed: row(499, 'invalid_request_error', 'client_closed', 'api_error'),
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof ERROR_TABLE

export interface GatewayErrorOptions {
  /** Path of the offending field as the client wrote it, e.g. `messages[2].content`. */
  readonly param?: string | undefined
  /** Seconds, as the provider or our own limiter asks for; sent as `Retry-After`, rounded up. */
  readonly retryAfterSeconds?: number | undefined
  /** What the provider said, for the log. Never holds prompts, answers or keys. */
  readonly upstreamStatus?: number | undefined
  readonly upstreamRequestId?: string | undefined
  /** `Allow` of a 405. */
  readonly allow?: string | undefined
  /** The provider's own `error.code`, shown for an `invalid_request` if it is a plain name. */
  readonly wireCode?: string | undefined
  readonly cause?: unknown
}

const PLAIN_CODE = /^[a-z0-9_]{1,64}$/

/** The only error that crosses a module border. `message` is safe to show to a client. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: ErrorCode
  readonly param: string | null
  readonly retryAfterSeconds: number | undefined
  readonly upstreamStatus: number | undefined
  readonly upstreamRequestId: string | undefined
  readonly allow: string | undefined
  /** `error.code` in the OpenAI shape. */
  readonly wireCode: string | null

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.param = options.param ?? null
    this.retryAfterSeconds = options.retryAfterSeconds
    this.upstreamStatus = options.upstreamStatus
    this.upstreamRequestId = options.upstreamRequestId
    this.allow = options.allow
    const { wireCode = '' } = options
    this.wireCode = code === 'invalid_request' && PLAIN_CODE.test(wireCode) ? wireCode : ERROR_TABLE[code].wireCode
  }

  get row(): ErrorRow {
    return ERROR_TABLE[this.code]
  }

  get status(): number {
    return ERROR_TABLE[this.code].status
  }
}

/** 400 with the path of the field that is wrong. */
export function invalidRequest(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param })
}

/** 400 for a field that the chosen provider or model cannot honour and that may not be dropped. */
export function unsupportedParameter(param: string, message: string): GatewayError {
  return new GatewayError('unsupported_parameter', message, { param })
}

/** For the two rims only: whatever was thrown, as ours. The original stays in `cause` for the log. */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown
  return new GatewayError('internal_error', 'The gateway failed to handle this request.', { cause: thrown })
}
