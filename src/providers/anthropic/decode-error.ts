import { isObject, type JsonObject } from '../../core/decode.js'
import { type ErrorCode, GatewayError } from '../../core/errors.js'
import { tryParseJson } from '../../core/json-text.js'
import { cleanMessage } from '../clean-message.js'
import { codeOfStatus } from '../code-of-status.js'
import { saysPromptTooLong } from '../error-signs.js'
import { explainError } from '../explain-error.js'
import { givenText } from '../given-text.js'
import type { WireError } from '../provider.js'
import { parseRequestId } from '../request-id.js'
import { chooseRetryAfterSeconds, parseRetryAfterSeconds } from '../retry-after.js'

/** A non-2xx answer → ours. Bodies are read as far as they are Anthropic's; edge proxies answer in HTML. */
export function decodeError(answer: WireError): GatewayError {
  const body = parseBody(answer.body)
  const error = readError(body)
  const code = chooseCode(error, answer.status)
  return new GatewayError(code, explain(code, error, answer.status), {
    upstreamStatus: answer.status,
    upstreamRequestId: parseRequestId(answer.headers['request-id']) ?? parseRequestId(body.request_id),
    retryAfterSeconds: chooseRetryAfterSeconds(code, parseRetryAfterSeconds(answer.headers)),
  })
}

/** An `error` event, or an error in the body of a 200: the same object without a status. */
export function decodeErrorEvent(event: JsonObject): GatewayError {
  const error = readError(event)
  const code = chooseCode(error, undefined)
  return new GatewayError(code, explain(code, error, undefined), {
    upstreamRequestId: parseRequestId(event.request_id),
    retryAfterSeconds: chooseRetryAfterSeconds(code, undefined),
  })
}

interface ProviderError {
  readonly type: string | undefined
  readonly message: string | undefined
  /** `error.details.error_code`, which is more exact than the type. */
  readonly detail: string | undefined
}

function parseBody(body: string): JsonObject {
  const value = tryParseJson(body)
  return isObject(value) ? value : {}
}

function readError(body: JsonObject): ProviderError {
  const error = isObject(body.error) ? body.error : {}
  const details = isObject(error.details) ? error.details : {}
  return {
    type: givenText(error.type),
    message: givenText(error.message),
    detail: givenText(details.error_code),
  }
}

/** A 400, and a status that says nothing, depend on the type. */
const CODE_OF_TYPE: ReadonlyMap<string | undefined, ErrorCode> = new Map<string, ErrorCode>([
  ['authentication_error', 'upstream_auth_failed'],
  ['permission_error', 'upstream_auth_failed'],
  ['billing_error', 'upstream_auth_failed'],
  ['not_found_error', 'model_not_found'],
  ['request_too_large', 'request_too_large'],
  ['rate_limit_error', 'rate_limit_exceeded'],
  ['timeout_error', 'upstream_timeout'],
  ['overloaded_error', 'overloaded'],
  ['invalid_request_error', 'invalid_request'],
])

// A spending limit also comes as 400 invalid_request_error, and then only the message tells it from a bad request.
const SPEND_LIMIT = /usage limits?\b|spend(?:ing)? limit/i
const NO_CREDIT = /credit balance/i

function chooseCode(error: ProviderError, status: number | undefined): ErrorCode {
  if (error.detail?.endsWith('spend_limit_reached')) return 'insufficient_quota'
  const ofStatus = codeOfStatus(status)
  const ofType = CODE_OF_TYPE.get(error.type)
  const code = (ofStatus === 'invalid_request' ? (ofType ?? ofStatus) : (ofStatus ?? ofType)) ?? 'upstream_error'
  if (code !== 'invalid_request') return code
  const message = error.message ?? ''
  if (NO_CREDIT.test(message)) return 'upstream_auth_failed'
  if (SPEND_LIMIT.test(message)) return 'insufficient_quota'
  return saysPromptTooLong(message) ? 'context_length_exceeded' : 'invalid_request'
}

function explain(code: ErrorCode, error: ProviderError, status: number | undefined): string {
  const isBilling = status === 402 || error.type === 'billing_error' || NO_CREDIT.test(error.message ?? '')
  if (code === 'upstream_auth_failed' && isBilling) {
    return "The provider refuses the gateway's account for billing reasons."
  }
  return explainError(code, cleanMessage(error.message), status)
}
