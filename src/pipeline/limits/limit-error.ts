import { GatewayError } from '../../core/errors.js'
import type { Refusal } from '../../core/limits/key-limits.js'
import { formatUsd } from '../../core/money/money.js'
import { formatDuration } from './limit-headers.js'

/** Nobody knows when a request under way will have ended. */
const NEXT_PLACE_SECONDS = 1

/** 429: `rate_limit_exceeded` with the time to wait, or `insufficient_quota`, which clients do not try again. */
export function limitError(refusal: Refusal): GatewayError {
  switch (refusal.reason) {
    case 'requests':
      return tooFast(`This key may send ${refusal.limit} requests per minute.`, refusal.waitMs)
    case 'tokens':
      return tooFast(`This key may use ${refusal.limit} tokens per minute.`, refusal.waitMs)
    case 'concurrency':
      return new GatewayError(
        'rate_limit_exceeded',
        `This key may have ${refusal.limit} requests under way at once. Try again when one of them has ended.`,
        { retryAfterSeconds: NEXT_PLACE_SECONDS },
      )
    case 'budget-day':
    case 'budget-month': {
      const period = refusal.reason === 'budget-day' ? 'day' : 'month'
      const renewsAt = new Date(refusal.renewsAtMs).toISOString().slice(0, 16)
      return new GatewayError(
        'insufficient_quota',
        `This key has spent its budget of $${formatUsd(refusal.limit)} per ${period}. It is renewed at ${renewsAt}Z.`,
      )
    }
  }
}

function tooFast(limit: string, waitMs: number): GatewayError {
  return new GatewayError('rate_limit_exceeded', `${limit} Try again in ${formatDuration(waitMs)}.`, {
    retryAfterSeconds: waitMs / 1000,
  })
}
