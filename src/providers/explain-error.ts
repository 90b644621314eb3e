import type { ErrorCode } from '../core/errors.js'

/**
 * What a client reads of a provider's error. Only trouble with the client's own request is told in the provider's
 * words; about the gateway's account they name organisations, limits and machines.
 * @param said the provider's words, cleaned
 * @param status HTTP status, where there was one
 */
export function explainError(code: ErrorCode, said: string | undefined, status: number | undefined): string {
  switch (code) {
    case 'invalid_request':
    case 'unsupported_parameter':
    case 'context_length_exceeded':
      return said ?? 'The provider rejected the request.'
    case 'request_too_large':
      return said ?? 'The request is too large for the provider.'
    case 'model_not_found':
      return said === undefined ? 'The provider does not know this model.' : `The provider does not know this: ${said}`
    case 'upstream_precondition':
      return `The provider does not serve the gateway's account or region${said === undefined ? '.' : `: ${said}`}`
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
      return `The provider failed to answer this request${status === undefined ? '.' : ` (HTTP ${status}).`}`
  }
}
