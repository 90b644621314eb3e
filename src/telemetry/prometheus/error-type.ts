import type { AttemptRecord } from '../../core/request-record.js'

export type ErrorType = 'timeout' | 'rate_limit' | 'auth' | 'upstream_5xx' | 'other'

/** What went wrong at the provider. Undefined: nothing, or nothing that is the provider's doing. */
export function errorTypeOf({ errorCode, outcome, upstreamStatus = 0 }: AttemptRecord): ErrorType | undefined {
  if (outcome !== 'failed' && outcome !== 'broken') return undefined
  if (upstreamStatus === 429) return 'rate_limit'
  if (upstreamStatus >= 500) return 'upstream_5xx'
  switch (errorCode) {
    case 'upstream_timeout':
      return 'timeout'
    case 'rate_limit_exceeded':
    case 'insufficient_quota':
      return 'rate_limit'
    case 'upstream_auth_failed':
      return 'auth'
    case 'overloaded':
      return 'upstream_5xx'
    case 'shutting_down':
    case 'client_closed':
      return undefined
    default:
      return 'other'
  }
}
