import type { RequestRecord } from '../../core/request-record.js'

/** Undefined: neither a provider nor the cache had anything to do with it. */
export function sourceOf({ attempts, cache }: RequestRecord): 'provider' | 'cache' | undefined {
  if (cache === 'HIT' || cache === 'JOIN') return 'cache'
  return attempts.length === 0 ? undefined : 'provider'
}

/**
 * What a request spent in the gateway: not while its client was sending it, nor from the first call of a provider to the
 * last byte of the last one. Work on the pieces of a stream runs while the next are awaited, and the waits between tries
 * are meant, so neither is in it.
 *
 * @returns undefined when no provider was asked
 */
export function overheadMsOf({ attempts, bodyMs, durationMs }: RequestRecord): number | undefined {
  const [first] = attempts
  if (first === undefined) return undefined
  let endedAt = first.startedAtMs
  for (const { startedAtMs, upstreamMs = 0 } of attempts) endedAt = Math.max(endedAt, startedAtMs + upstreamMs)
  return Math.max(0, durationMs - bodyMs - (endedAt - first.startedAtMs))
}
