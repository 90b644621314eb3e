import { isObject, type JsonObject } from '../../core/decode.js'
import type { Usage } from '../../core/usage.js'
import { tokenCount } from '../token-count.js'

/** The `usage` of a chunk or an answer; `undefined` when there is none or it counts nothing we know. */
function decodeUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined
  const inputTokens = tokenCount(value.prompt_tokens)
  const completionTokens = tokenCount(value.completion_tokens)
  if (inputTokens === undefined && completionTokens === undefined) return undefined

  const promptDetails = member(value, 'prompt_tokens_details')
  const completionDetails = member(value, 'completion_tokens_details')
  // DeepSeek says how many tokens its cache had in a field of its own.
  const cachedTokens = tokenCount(promptDetails.cached_tokens) ?? tokenCount(value.prompt_cache_hit_tokens)
  const cacheWriteTokens = tokenCount(promptDetails.cache_write_tokens)
  const audioTokens = tokenCount(promptDetails.audio_tokens) ?? 0
  const reasoningTokens = tokenCount(completionDetails.reasoning_tokens)
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens(
      inputTokens ?? 0,
      completionTokens ?? 0,
      reasoningTokens ?? 0,
      tokenCount(value.total_tokens),
    ),
    ...(cachedTokens !== undefined && { cachedTokens }),
    ...(cacheWriteTokens !== undefined && { cacheWriteTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
    ...(audioTokens > 0 && { audioTokens }),
  }
}

/**
 * Usage of a stream chunk. Groq's stands in `x_groq` of the last chunk, Moonshot's in the choice.
 */
export function decodeChunkUsage(chunk: JsonObject): Usage | undefined {
  const usage = findUsage(chunk)
  const tier = chunk.service_tier
  return usage !== undefined && typeof tier === 'string' && PRICED_TIERS.has(tier) ? { ...usage, tier } : usage
}

/** The tiers with a price of their own; the others (`default`, `on_demand` …) are names of the usual one. */
const PRICED_TIERS: ReadonlySet<string> = new Set(['flex', 'priority', 'fast', 'scale', 'batch'])

function findUsage(chunk: JsonObject): Usage | undefined {
  const direct = decodeUsage(chunk.usage)
  if (direct !== undefined) return direct
  if (isObject(chunk.x_groq)) return decodeUsage(chunk.x_groq.usage)
  const choice: unknown = Array.isArray(chunk.choices) ? chunk.choices[0] : undefined
  return isObject(choice) ? decodeUsage(choice.usage) : undefined
}

/** Reasoning is part of the completion, except at servers (xAI) whose total shows that they count it beside it. */
function outputTokens(input: number, completion: number, reasoning: number, total: number | undefined): number {
  return reasoning > 0 && total === input + completion + reasoning ? completion + reasoning : completion
}

function member(object: JsonObject, name: string): JsonObject {
  const value = object[name]
  return isObject(value) ? value : {}
}
