import { isObject, type JsonObject } from '../../core/decode.js'
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
  readonly searches?: number
  readonly tier?: string
}

/**
 * Counters are cumulative totals, so a newer one replaces and never adds; absent and `null` keep what is known.
 * Only `message_start` has the split of cache writes by lifetime.
 */
export function mergeUsage(known: UsageCounters | undefined, wire: unknown): UsageCounters | undefined {
  if (!isObject(wire)) return known
  const created = isObject(wire.cache_creation) ? wire.cache_creation : undefined
  const details = isObject(wire.output_tokens_details) ? wire.output_tokens_details : undefined
  const serverTools = isObject(wire.server_tool_use) ? wire.server_tool_use : undefined
  return {
    ...known,
    ...counter('input', wire.input_tokens),
    ...counter('output', wire.output_tokens),
    ...counter('cacheRead', wire.cache_read_input_tokens),
    ...counter('cacheWrite', wire.cache_creation_input_tokens),
    ...counter('cacheWriteLong', created?.ephemeral_1h_input_tokens),
    ...counter('thinking', details?.thinking_tokens),
    ...counter('searches', serverTools?.web_search_requests),
    ...tier(wire),
  }
}

/** Fast answers and reserved capacity have prices of their own. */
function tier({ service_tier, speed }: JsonObject): UsageCounters {
  if (speed === 'fast') return { tier: 'fast' }
  return typeof service_tier === 'string' && service_tier !== 'standard' ? { tier: service_tier } : {}
}

function counter(name: Exclude<keyof UsageCounters, 'tier'>, value: unknown): UsageCounters {
  const count = tokenCount(value)
  return count === undefined ? {} : { [name]: count }
}

/** Anthropic counts cached and written tokens beside `input_tokens`; ours includes them. */
export function decodeUsage(counters: UsageCounters | undefined): Usage | undefined {
  if (counters === undefined || (counters.input === undefined && counters.output === undefined)) return undefined
  const { input = 0, output = 0, cacheRead, cacheWrite, cacheWriteLong, searches = 0, thinking, tier } = counters
  return {
    inputTokens: input + (cacheRead ?? 0) + (cacheWrite ?? 0),
    outputTokens: output,
    ...(cacheRead !== undefined && { cachedTokens: cacheRead }),
    ...(cacheWrite !== undefined && { cacheWriteTokens: cacheWrite }),
    ...(cacheWriteLong !== undefined && { cacheWriteLongTokens: cacheWriteLong }),
    ...(thinking !== undefined && { reasoningTokens: thinking }),
    ...(searches > 0 && { searches }),
    ...(tier !== undefined && { tier }),
  }
}
