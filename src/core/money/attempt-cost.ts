import type { AttemptRecord, RequestRecord } from '../request-record.js'
import { costOf } from './cost-of.js'
import type { PicoUsd } from './money.js'

/**
 * What an attempt cost. Undefined: not known, of an answer whose provider counted nothing, has no known price, or was left
 * in the middle of it. What brought nothing cost nothing: providers charge for what they deliver.
 */
export function attemptCost(entry: AttemptRecord, { stream }: Pick<RequestRecord, 'stream'>): PicoUsd | undefined {
  if (isWhole(entry, stream)) return entry.usage && costOf(entry.usage, entry.prices, entry.startedEpochMs)
  switch (entry.outcome) {
    case 'failed':
      return entry.usage !== undefined && WAS_UNDER_WAY.has(entry.errorCode ?? '') ? undefined : 0n
    case 'client-gone':
    case 'cancelled':
      // The first token of an answer in one piece is nothing that we see.
      return stream && entry.ttftMs === undefined && entry.usage === undefined ? 0n : undefined
    default:
      return undefined
  }
}

/** The whole answer came, though its client may have gone before. Counts of a stream may be those of its beginning. */
function isWhole(entry: AttemptRecord, stream: boolean): boolean {
  return entry.outcome === 'complete' || entry.outcome === 'rejected' || (!stream && entry.usage !== undefined)
}

/** Errors that tell of an answer which had begun, unlike those that a provider sends instead of one. */
const WAS_UNDER_WAY: ReadonlySet<string> = new Set(['upstream_timeout', 'stream_truncated', 'shutting_down'])

/** The attempt whose answer the client was given. */
export function answeringAttempt({
  attempts,
  stream,
}: Pick<RequestRecord, 'attempts' | 'stream'>): AttemptRecord | undefined {
  return (
    attempts.findLast(({ outcome }) => outcome === 'complete') ?? attempts.findLast((entry) => isWhole(entry, stream))
  )
}
