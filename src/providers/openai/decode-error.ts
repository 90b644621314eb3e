import { type ErrorCode, GatewayError } from '../../core/errors.js'
import { cleanMessage } from '../clean-message.js'
import { codeOfStatus } from '../code-of-status.js'
import { saysBadKey, saysPromptTooLong } from '../error-signs.js'
import { explainError } from '../explain-error.js'
import type { WireError } from '../provider.js'
import { parseRequestId } from '../request-id.js'
import { chooseRetryAfterSeconds, parseRetryAfterSeconds } from '../retry-after.js'
import { readErrorBody, readErrorValue, type WireErrorDetails } from './wire-error.js'

/** A non-2xx answer → ours. */
export function decodeError(answer: WireError): GatewayError {
  const details = readErrorBody(answer.body)
  return toError(chooseCode(answer.status, details), details, answer.status, answer.headers)
}

/** An error object that came with status 200: in a stream, or as the whole answer. */
export function decodeErrorObject(value: unknown): GatewayError {
  const details = readErrorValue(value)
  return toError(chooseCode(details.status ?? statusOf(details), details), details, details.status, {})
}

function toError(
  code: ErrorCode,
  details: WireErrorDetails,
  status: number | undefined,
  headers: WireError['headers'],
): GatewayError {
  return new GatewayError(code, explainError(code, cleanMessage(details.message), status), {
    param: CLIENT_FAULTS.has(code) ? details.param : undefined,
    wireCode: details.code,
    retryAfterSeconds: chooseRetryAfterSeconds(code, parseRetryAfterSeconds(headers)),
    upstreamStatus: status,
    upstreamRequestId: parseRequestId(headers['x-request-id']),
  })
}

/** Only these are about what the client wrote; only for these `param` helps it. */
const CLIENT_FAULTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_request',
  'unsupported_parameter',
  'context_length_exceeded',
  'model_not_found',
  'request_too_large',
])

function chooseCode(status: number, details: WireErrorDetails): ErrorCode {
  if (isOurKey(details)) return 'upstream_auth_failed'
  const code = codeOfStatus(status)
  switch (code) {
    case 'invalid_request':
      return badRequestCode(details)
    case 'model_not_found':
      return isModel(details) ? code : 'upstream_error'
    case 'rate_limit_exceeded':
      return isQuota(details) ? 'insufficient_quota' : code
    default:
      return code ?? 'upstream_error'
  }
}

function badRequestCode(details: WireErrorDetails): ErrorCode {
  if (isTooLong(details)) return 'context_length_exceeded'
  if (details.code === 'model_not_found') return 'model_not_found'
  return details.code === 'unsupported_parameter' ? 'unsupported_parameter' : 'invalid_request'
}

function isTooLong({ code, type, message = '' }: WireErrorDetails): boolean {
  return code === 'context_length_exceeded' || type === 'context_length_exceeded' || saysPromptTooLong(message)
}

/** Some answer 400 to a wrong key. */
function isOurKey({ code, type, message = '' }: WireErrorDetails): boolean {
  if (code === 'invalid_api_key' || type === 'authentication_error' || type === 'permission_error') return true
  return saysBadKey(message)
}

/** The provider names a model, or says that it has none of that name; a bare "Not Found" is a wrong base URL. */
function isModel({ code, message = '' }: WireErrorDetails): boolean {
  return code === 'model_not_found' || /\bmodel\b/i.test(message)
}

const QUOTA = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active', 'quota_exceeded'])

function isQuota({ code = '', type = '', message = '' }: WireErrorDetails): boolean {
  return (
    QUOTA.has(code) || QUOTA.has(type) || /exceeded your current quota|insufficient (?:balance|credit)/i.test(message)
  )
}

/** The status that an error object would have come with. */
function statusOf(details: WireErrorDetails): number {
  const words = `${details.type ?? ''} ${details.code ?? ''}`.toLowerCase()
  if (/quota|billing|rate_limit|too_many|slow_down|resource_exhausted/.test(words)) return 429
  if (/overloaded|unavailable/.test(words)) return 503
  if (/timeout|deadline/.test(words)) return 504
  if (/auth|permission|api_key/.test(words)) return 401
  if (/not_found/.test(words)) return 404
  if (/invalid_request|badrequest|context_length|invalid_argument|unsupported/.test(words)) return 400
  return 500
}
