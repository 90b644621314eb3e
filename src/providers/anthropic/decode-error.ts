import { isObject, type JsonObject } from '../../core/decode.js'
import { type ErrorCode, GatewayError } from '../../core/errors.js'
import { tryParseJson } from '../../core/json-text.js'
import { cleanMessage } from '../clean-message.js'
import { givenText } from '../given-text.js'
import type { WireError } from '../provider.js'
import { parseRetryAfterSeconds } from './retry-after.js'

/** A non-2xx answer → ours. Bodies are read as far as they are Anthropic's; edge proxies answer in HTML. */
export function decodeError(answer: WireError): GatewayError {
  const body = parseBody(answer.body)
  const error = readError(body)
  const code = chooseCode(error, answer.status)
  return new GatewayError(code, explain(code, error, answer.status), {
    upstreamStatus: answer.status,
    upstreamRequestId: requestId(answer.headers['request-id']) ?? requestId(body.request_id),
    retryAfterSeconds: retryAfter(code, answer.headers),
  })
}

/** An `error` event, or an error in the body of a 200: the same object without a status. */
export function decodeErrorEvent(event: JsonObject): GatewayError {
  const error = readError(event)
  const code = chooseCode(error, undefined)
  return new GatewayError(code, explain(code, error, undefined), {
    upstreamRequestId: requestId(event.request_id),
    retryAfterSeconds: retryAfter(code, {}),
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

const REQUEST_ID = /^[\w-]{1,128}$/

function requestId(id: unknown): string | undefined {
  return typeof id === 'string' && REQUEST_ID.test(id) ? id : undefined
}

/** Statuses that say it all. The others depend on the error's type. */
const CODE_OF_STATUS: ReadonlyMap<number | undefined, ErrorCode> = new Map<number, ErrorCode>([
  [401, 'upstream_auth_failed'],
  [402, 'upstream_auth_failed'],
  [403, 'upstream_auth_failed'],
  [404, 'model_not_found'],
  [407, 'upstream_auth_failed'],
  [408, 'upstream_timeout'],
  [413, 'request_too_large'],
  [429, 'rate_limit_exceeded'],
  [503, 'overloaded'],
  [504, 'upstream_timeout'],
  [529, 'overloaded'],
])

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
const PROMPT_TOO_LONG = /prompt is too long|context (?:window|length|limit)|too many (?:input )?tokens/i

function chooseCode(error: ProviderError, status: number | undefined): ErrorCode {
  if (error.detail?.endsWith('spend_limit_reached')) return 'insufficient_quota'
  const code = CODE_OF_STATUS.get(status) ?? CODE_OF_TYPE.get(error.type) ?? fallbackCode(status)
  if (code !== 'invalid_request') return code
  const message = error.message ?? ''
  if (NO_CREDIT.test(message)) return 'upstream_auth_failed'
  if (SPEND_LIMIT.test(message)) return 'insufficient_quota'
  return PROMPT_TOO_LONG.test(message) ? 'context_length_exceeded' : 'invalid_request'
}

function fallbackCode(status: number | undefined): ErrorCode {
  return status === 400 || status === 422 ? 'invalid_request' : 'upstream_error'
}

/** The provider's own words only where they are about the client's request; never about the gateway's account. */
function explain(code: ErrorCode, error: ProviderError, status: number | undefined): string {
  const said = error.message === undefined ? '' : cleanMessage(error.message)
  switch (code) {
    case 'invalid_request':
    case 'context_length_exceeded':
      return said === '' ? 'The provider rejected the request.' : said
    case 'model_not_found':
      return said === '' ? 'The provider does not know this model.' : `The provider does not know this: ${said}`
    case 'request_too_large':
      return said === '' ? 'The request is too large for the provider.' : said
    case 'upstream_auth_failed':
      return status === 402 || error.type === 'billing_error' || NO_CREDIT.test(said)
        ? "The provider refuses the gateway's account for billing reasons."
        : "The provider refuses the gateway's credentials."
    case 'rate_limit_exceeded':
      return "The provider's rate limit is reached."
    case 'insufficient_quota':
      return "The spending limit of the gateway's account at the provider is reached; waiting does not help."
    case 'overloaded':
      return 'The provider is overloaded.'
    case 'upstream_timeout':
      return 'The provider did not answer in time.'
    default:
      return status === undefined ? 'The provider failed.' : `The provider failed (HTTP ${status}).`
  }
}

/** Anthropic often sends no `retry-after` when it is overloaded; clients are still told to wait a moment. */
const OVERLOADED_RETRY_SECONDS = 1

function retryAfter(code: ErrorCode, headers: WireError['headers']): number | undefined {
  if (code === 'insufficient_quota') return undefined
  return parseRetryAfterSeconds(headers) ?? (code === 'overloaded' ? OVERLOADED_RETRY_SECONDS : undefined)
}
