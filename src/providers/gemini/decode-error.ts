import { type ErrorCode, GatewayError } from '../../core/errors.js'
import type { WireError } from '../provider.js'
import { cleanMessage } from './clean-message.js'
import { errorOfBody, type RpcStatus, readRpcStatus } from './rpc-status.js'

/** A non-2xx answer → ours. Bodies are read as far as they are Google's; its front end answers in HTML. */
export function decodeError(answer: WireError): GatewayError {
  const rpc = readRpcStatus(errorOfBody(answer.body))
  return gatewayError(rpc, answer.status, retryAfterHeader(answer.headers))
}

/** The `error` object inside the body or the stream of a 200. */
export function decodeErrorObject(error: unknown): GatewayError {
  const rpc = readRpcStatus(error)
  return gatewayError(rpc, rpc.code, undefined)
}

function gatewayError(rpc: RpcStatus, status: number | undefined, retryAfter: number | undefined): GatewayError {
  const code = chooseCode(rpc, status)
  return new GatewayError(code, explain(code, rpc, status), {
    upstreamStatus: status,
    retryAfterSeconds: chooseRetryAfter(code, rpc.retryDelaySeconds ?? retryAfter),
  })
}

const CODE_OF_RPC: ReadonlyMap<string | undefined, ErrorCode> = new Map<string, ErrorCode>([
  ['INVALID_ARGUMENT', 'invalid_request'],
  ['OUT_OF_RANGE', 'invalid_request'],
  ['FAILED_PRECONDITION', 'upstream_precondition'],
  ['UNAUTHENTICATED', 'upstream_auth_failed'],
  ['PERMISSION_DENIED', 'upstream_auth_failed'],
  ['NOT_FOUND', 'model_not_found'],
  ['RESOURCE_EXHAUSTED', 'rate_limit_exceeded'],
  ['UNAVAILABLE', 'overloaded'],
  ['DEADLINE_EXCEEDED', 'upstream_timeout'],
  ['INTERNAL', 'upstream_error'],
])

/** For bodies that are not Google's. */
const CODE_OF_STATUS: ReadonlyMap<number | undefined, ErrorCode> = new Map<number, ErrorCode>([
  [400, 'invalid_request'],
  [401, 'upstream_auth_failed'],
  [402, 'upstream_auth_failed'],
  [403, 'upstream_auth_failed'],
  [404, 'model_not_found'],
  [407, 'upstream_auth_failed'],
  [408, 'upstream_timeout'],
  [413, 'request_too_large'],
  [422, 'invalid_request'],
  [429, 'rate_limit_exceeded'],
  [503, 'overloaded'],
  [504, 'upstream_timeout'],
  [529, 'overloaded'],
])

// An invalid key comes as 400 INVALID_ARGUMENT; only the details, or else the words, tell it from a bad request.
const BAD_KEY = /\bapi[ _]key (?:not valid|not found|expired|invalid)|pass a valid api key|renew the api key/i
const PROMPT_TOO_LONG =
  /token count\b.*\bexceeds|exceeds the maximum number of (?:input )?tokens|context (?:window|length)/is
const NO_CREDIT = /credits? (?:are|is|have been) depleted|spend(?:ing)? (?:cap|limit)/i

function chooseCode(rpc: RpcStatus, status: number | undefined): ErrorCode {
  const message = rpc.message ?? ''
  if (rpc.reasons.some((reason) => reason.startsWith('API_KEY_'))) return 'upstream_auth_failed'
  // Too large for one prompt or for the server: its own status says which, the RPC name does not.
  if (status === 413) return 'request_too_large'
  const code = CODE_OF_RPC.get(rpc.status) ?? CODE_OF_STATUS.get(rpc.code) ?? CODE_OF_STATUS.get(status)
  switch (code) {
    case 'invalid_request':
      if (BAD_KEY.test(message)) return 'upstream_auth_failed'
      return PROMPT_TOO_LONG.test(message) ? 'context_length_exceeded' : code
    case 'rate_limit_exceeded':
      return rpc.quotaIds.some(isHopeless) || NO_CREDIT.test(message) ? 'insufficient_quota' : code
    default:
      return code ?? 'upstream_error'
  }
}

/** The day is long: waiting for the delay that comes with such a quota would not help. */
function isHopeless(quotaId: string): boolean {
  return /per(?:day|week|month)/i.test(quotaId)
}

/** The provider's own words only where they are about the client's request; never about the gateway's account. */
function explain(code: ErrorCode, rpc: RpcStatus, status: number | undefined): string {
  const said = rpc.message === undefined ? '' : cleanMessage(rpc.message)
  switch (code) {
    case 'invalid_request':
    case 'context_length_exceeded':
      return said === '' ? 'The provider rejected the request.' : said
    case 'model_not_found':
      return said === '' ? 'The provider does not know this model.' : `The provider does not know this: ${said}`
    case 'request_too_large':
      return said === '' ? 'The request is too large for the provider.' : said
    case 'upstream_precondition':
      return `The provider does not serve the gateway's account or region${said === '' ? '.' : `: ${said}`}`
    case 'upstream_auth_failed':
      return "The provider refuses the gateway's credentials."
    case 'rate_limit_exceeded':
      return "The provider's rate limit is reached."
    case 'insufficient_quota':
      return "The quota of the gateway's account at the provider is used up; waiting a moment does not help."
    case 'overloaded':
      return 'The provider is overloaded.'
    case 'upstream_timeout':
      return 'The provider did not answer in time.'
    default:
      return status === undefined ? 'The provider failed.' : `The provider failed (HTTP ${status}).`
  }
}

/** Google rarely says when to come back after an overload; clients are still told to wait a moment. */
const OVERLOADED_RETRY_SECONDS = 1

function chooseRetryAfter(code: ErrorCode, seconds: number | undefined): number | undefined {
  if (code === 'insufficient_quota') return undefined
  if (seconds !== undefined) return Math.ceil(seconds)
  return code === 'overloaded' ? OVERLOADED_RETRY_SECONDS : undefined
}

/** Seconds, or a date that is read against the answer's own `date`. */
function retryAfterHeader(headers: WireError['headers']): number | undefined {
  const value = headers['retry-after']?.trim()
  if (value === undefined) return undefined
  if (/^\d{1,9}(?:\.\d+)?$/.test(value)) return Number(value)
  const waitMs = Date.parse(value) - Date.parse(headers.date ?? '')
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs / 1000)
}
