import { ERROR_TABLE, type ErrorCode } from '../core/errors.js'
import { chooseRetryDelayMs } from './retry-delay.js'

/** What follows a failed attempt of which the client has seen nothing. */
export type NextStep =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'fallback' }
  | { readonly kind: 'tell' }

export interface FailedAttempt {
  readonly code: ErrorCode
  readonly retryAfterSeconds: number | undefined
  /** Attempts made, this one included. */
  readonly made: number
  readonly max: number
  /** Retries made at this target. */
  readonly retries: number
  readonly fallbacksLeft: number
  /** It was a fallback itself: what it cannot do, the next one may. */
  readonly isFallback: boolean
  /** Another of our keys can be used at this target. */
  readonly hasOtherKey: boolean
  /** Left of the time for retries, and of the time for the whole answer. */
  readonly retryLeftMs: number
  readonly totalLeftMs: number
  /** Asked only when all else is in favour: may the gateway make one more retry? If so it counts as made. */
  readonly takeRetry: () => boolean
  /** From 0 to 1. */
  readonly random: number
}

/** Whoever has a fallback need not wait longer than this for the same one again. */
const PATIENCE_MS = 2000

const TELL: NextStep = { kind: 'tell' }
const FALLBACK: NextStep = { kind: 'fallback' }

/** Here again, elsewhere, or the truth. */
export function chooseNextStep(failed: FailedAttempt): NextStep {
  if (failed.made >= failed.max || failed.totalLeftMs <= 0) return TELL
  const otherwise = mayFallBack(failed) ? FALLBACK : TELL
  if (failed.hasOtherKey && KEY_TROUBLE.has(failed.code)) return { kind: 'retry', delayMs: 0 }
  const delayMs = retryDelayMs(failed, otherwise.kind === 'fallback')
  if (delayMs === undefined || !failed.takeRetry()) return otherwise
  return { kind: 'retry', delayMs }
}

/** These are about one key, not about the provider. */
const KEY_TROUBLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'rate_limit_exceeded',
  'insufficient_quota',
  'upstream_auth_failed',
])

function mayFallBack({ code, fallbacksLeft, isFallback }: FailedAttempt): boolean {
  return fallbacksLeft > 0 && (isFallback || ERROR_TABLE[code].recovery !== 'tell')
}

/** Undefined: not here again. */
function retryDelayMs(failed: FailedAttempt, canFallBack: boolean): number | undefined {
  const { recovery } = ERROR_TABLE[failed.code]
  if (recovery !== 'retry' && recovery !== 'move') return undefined
  const { retryAfterSeconds } = failed
  const retryAfterMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000
  const delayMs = chooseRetryDelayMs({ ...failed, retryAfterMs })
  if (delayMs > failed.retryLeftMs || delayMs >= failed.totalLeftMs) return undefined
  if (!canFallBack) return delayMs
  // The last attempts are kept for the fallbacks.
  const spares = failed.max - failed.made - failed.fallbacksLeft
  return recovery === 'retry' && spares > 0 && delayMs <= PATIENCE_MS ? delayMs : undefined
}
