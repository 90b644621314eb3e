import { type ErrorCode, GatewayError } from '../../core/errors.js'
import { cleanMessage } from '../clean-message.js'
import { codeOfStatus } from '../code-of-status.js'
import { saysBadKey, saysPromptTooLong } from '../error-signs.js'
import { explainError } from '../explain-error.js'
import type { WireError } from '../provider.js'
import { chooseRetryAfterSeconds, parseRetryAfterSeconds } from '../retry-after.js'
import { errorOfBody, type RpcStatus, readRpcStatus } from './rpc-status.js'

/** A non-2xx answer → ours. Bodies are read as far as they are Google's; its front end answers in HTML. */
export function decodeError(answer: WireError): GatewayError {
  const rpc = readRpcStatus(errorOfBody(answer.body))
  return gatewayError(rpc, answer.status, parseRetryAfterSeconds(answer.headers))
}

/** The `error` object inside the body or the stream of a 200. */
export function decodeErrorObject(error: unknown): GatewayError {
  const rpc = readRpcStatus(error)
  return gatewayError(rpc, rpc.code, undefined)
}

function gatewayError(rpc: RpcStatus, status: number | undefined, retryAfter: number | undefined): GatewayError {
  const code = chooseCode(rpc, status)
  return new GatewayError(code, explainError(code, cleanMessage(rpc.message), status), {
    upstreamStatus: status,
    retryAfterSeconds: chooseRetryAfterSeconds(code, rpc.retryDelaySeconds ?? retryAfter),
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

const NO_CREDIT = /credits? (?:are|is|have been) depleted|spend(?:ing)? (?:cap|limit)/i

function chooseCode(rpc: RpcStatus, status: number | undefined): ErrorCode {
  const message = rpc.message ?? ''
  if (rpc.reasons.some((reason) => reason.startsWith('API_KEY_'))) return 'upstream_auth_failed'
  // Too large for one prompt or for the server: its own status says which, the RPC name does not.
  if (status === 413) return 'request_too_large'
  const code = CODE_OF_RPC.get(rpc.status) ?? codeOfStatus(rpc.code) ?? codeOfStatus(status)
  switch (code) {
    case 'invalid_request':
      // An invalid key comes as 400 INVALID_ARGUMENT, and not always with details.
      if (saysBadKey(message)) return 'upstream_auth_failed'
      return saysPromptTooLong(message) ? 'context_length_exceeded' : code
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
