import type { GatewayError } from '../core/errors.js'

/** Headers of an error answer; the body is the dialect's. */
export function errorHeaders(error: GatewayError, requestId: string): Record<string, string> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json', 'X-Request-Id': requestId }
  if (error.retryAfterSeconds !== undefined) {
    headers['Retry-After'] = String(Math.max(1, Math.ceil(error.retryAfterSeconds)))
  } else if (error.status === 503) {
    // Providers rarely say when to come back after an overload; clients are still told to wait a moment.
    headers['Retry-After'] = '1'
  }
  if (error.row.hopeless === true) headers['X-Should-Retry'] = 'false'
  if (error.allow !== undefined) headers.Allow = error.allow
  return headers
}
