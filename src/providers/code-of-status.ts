import type { ErrorCode } from '../core/errors.js'

const CODES: ReadonlyMap<number | undefined, ErrorCode> = new Map<number, ErrorCode>([
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
  // Cloudflare, in front of many providers, waited in vain for the server behind it.
  [522, 'upstream_timeout'],
  [524, 'upstream_timeout'],
  [529, 'overloaded'],
])

/** What an HTTP status means when the body does not say it better; `undefined` is some failure of the provider. */
export function codeOfStatus(status: number | undefined): ErrorCode | undefined {
  return CODES.get(status)
}
