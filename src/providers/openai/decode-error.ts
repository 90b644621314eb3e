import { type ErrorCode, GatewayError } from '../../core/errors.js'
import type { WireError } from '../provider.js'
import { retryAfterSeconds } from '../retry-after.js'
import { cleanMessage } from './clean-message.js'
import { readErrorBody, readErrorValue, type WireErrorDetails } from './wire-error.js'

/** A non-2xx answer → ours. */
export function decodeError(answer: WireError): GatewayError {
  const details = readErrorBody(answer.body)
  return toError(answer.status, details, answer.headers)
}

/** An error object that came with status 200: in a stream, or as the whole answer. */
export function decodeErrorObject(value: unknown): GatewayError {
  const details = readErrorValue(value)
  return toError(details.status ?? statusOf(details), details, {})
}

function toError(status: number, details: WireErrorDetails, headers: WireError['headers']): GatewayError {
  const code = chooseCode(status, details)
  const waits = code === 'rate_limit_exceeded' || code === 'overloaded' || code === 'upstream_error'
  return new GatewayError(code, chooseMessage(code, status, details), {
    param: CLIENT_FAULTS.has(code) ? details.param : undefined,
    retryAfterSeconds: waits ? retryAfterSeconds(headers) : undefined,
    upstreamStatus: status,
    upstreamRequestId: headers['x-request-id'],
  })
}

/** Only these are about what the client wrote; only for these the provider's words and `param` help it. */
const CLIENT_FAULTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_request',
  'unsupported_parameter',
  'context_length_exceeded',
  'model_not_found',
  'request_too_large',
])

function chooseCode(status: number, details: WireErrorDetails): ErrorCode {
  if (isOurKey(details)) return 'upstream_auth_failed'
  switch (status) {
    case 400:
    case 422:
      return badRequestCode(details)
    case 401:
    case 402:
    case 403:
      return 'upstream_auth_failed'
    case 404:
      return isModel(details) ? 'model_not_found' : 'upstream_error'
    case 408:
    case 504:
    case 522:
    case 524:
      return 'upstream_timeout'
    case 413:
      return 'request_too_large'
    case 429:
      return isQuota(details) ? 'insufficient_quota' : 'rate_limit_exceeded'
    case 503:
    case 529:
      return 'overloaded'
    default:
      return 'upstream_error'
  }
}

function badRequestCode(details: WireErrorDetails): ErrorCode {
  if (isTooLong(details)) return 'context_length_exceeded'
  if (details.code === 'model_not_found') return 'model_not_found'
  return details.code === 'unsupported_parameter' ? 'unsupported_parameter' : 'invalid_request'
}

const TOO_LONG =
  /maximum context length|context[ _](?:length|window) (?:is |was )?exceed|exceeds? the (?:model'?s? |available )?(?:maximum )?context|prompt is too long|input is too long|reduce the length of the (?:messages|prompt)/i

function isTooLong({ code, type, message = '' }: WireErrorDetails): boolean {
  return code === 'context_length_exceeded' || type === 'context_length_exceeded' || TOO_LONG.test(message)
}

/** Some answer 400 to a wrong key. */
function isOurKey({ code, type, message = '' }: WireErrorDetails): boolean {
  if (code === 'invalid_api_key' || type === 'authentication_error' || type === 'permission_error') return true
  return /\b(?:incorrect|invalid) api[ _-]key\b|\bapi[ _-]key (?:is )?(?:not valid|invalid|expired)\b/i.test(message)
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

function chooseMessage(code: ErrorCode, status: number, details: WireErrorDetails): string {
  const own = OWN_MESSAGES[code]
  if (own !== undefined) return own
  const given = CLIENT_FAULTS.has(code) ? cleanMessage(details.message ?? '') : undefined
  return given ?? `The provider answered with status ${status}.`
}

/** Trouble that is not the client's is told in our words: theirs name accounts, limits and machines. */
const OWN_MESSAGES: Readonly<Partial<Record<ErrorCode, string>>> = {
  upstream_auth_failed: "The provider refused the gateway's credentials.",
  rate_limit_exceeded: "The provider's rate limit is reached.",
  insufficient_quota: "The gateway's quota at the provider is used up.",
  overloaded: 'The provider is overloaded.',
  upstream_timeout: 'The provider did not answer in time.',
  upstream_error: 'The provider failed to answer this request.',
}
