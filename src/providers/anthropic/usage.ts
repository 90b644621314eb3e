import { isObject } from '../../core/decode.js'
import type { Usage } from '../../core/usage.js'
import { tokenCount } from '../token-count.js'

/** The counters of Anthropic's `usage` that we read, as far as they are known. */
export interface UsageCounters {
  readonly input?: number
  readonly output?: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
  readonly cacheWriteLong?: number
  readonly thinking?: number
}

/**
 * Counters are cumulative totals, so a newer one replaces and never adds; absent and `null` keep what is known.
 * Only `message_start` has the split of cache writes by lifetime.
 */
export function mergeUsage(known: UsageCounters | undefined, wire: unknown): UsageCounters | undefined {
  if (!isObject(wire)) return known
  const created = isObject(wire.cache_creation) ? wire.cache_creation : undefined
  const details = isObject(wire.output_tokens_details) ? wire.output_tokens_details : undefined
  return {
    ...known,
    ...counter('input', wire.input_tokens),
    ...counter('output', wire.output_tokens),
    ...counter('cacheRead', wire.cache_read_input_tokens),
    ...counter('cacheWrite', wire.cache_creation_input_tokens),
    ...counter('cacheWriteLong', created?.ephemeral_1h_input_tokens),
    ...counter('thinking', details?.thinking_tokens),
  }
}

function counter(name: keyof UsageCounters, value: unknown): UsageCounters {
  const count = tokenCount(value)
  return count === undefined ? {} : { [name]: count }
}

/** Anthropic counts cached and written tokens beside `input_tokens`; ours includes them. */
export function decodeUsage(counters: UsageCounters | undefined): Usage | undefined {
  if (counters === undefined || (counters.input === undefined && counters.output === undefined)) return undefined
  const { input = 0, output = 0, cacheRead, cacheWrite, cacheWriteLong, thinking } = counters
  return {
    inputTokens: input + (cacheRead ?? 0) + (cacheWrite ?? 0),
    outputTokens: output,
    ...(cacheRead !== undefined && { cachedTokens: cacheRead }),
    ...(cacheWrite !== undefined && { cacheWriteTokens: cacheWrite }),
    ...(cacheWriteLong !== undefined && { cacheWriteLongTokens: cacheWriteLong }),
    ...(thinking !== undefined && { reasoningTokens: thinking }),
  }
}
