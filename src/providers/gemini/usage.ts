import { isObject } from '../../core/decode.js'
import type { Usage } from '../../core/usage.js'
import { tokenCount } from '../token-count.js'

/**
 * `usageMetadata` → ours. The counters are totals of the answer so far, zeros are left out, and thoughts and the
 * prompts of server-side tools stand beside the counts that we add them to.
 * @returns undefined when it holds no count: some chunks carry only `{trafficType}`
 */
export function decodeUsage(wire: unknown): Usage | undefined {
  if (!isObject(wire)) return undefined
  const prompt = tokenCount(wire.promptTokenCount)
  const toolPrompt = tokenCount(wire.toolUsePromptTokenCount)
  const candidates = tokenCount(wire.candidatesTokenCount)
  const thoughts = tokenCount(wire.thoughtsTokenCount)
  const cached = tokenCount(wire.cachedContentTokenCount)
  if ((prompt ?? toolPrompt ?? candidates ?? thoughts ?? cached) === undefined) return undefined
  const inputTokens = (prompt ?? 0) + (toolPrompt ?? 0)
  const outputTokens = (candidates ?? 0) + (thoughts ?? 0)
  const audio = audioTokens(wire.promptTokensDetails)
  const tier = pricedTier(wire.serviceTier)
  // Most chunks of a stream come this way, and conditional spreads cost more than the rest of the function.
  if ((cached ?? thoughts ?? tier) === undefined && audio === 0) return { inputTokens, outputTokens }
  return {
    inputTokens,
    outputTokens,
    ...(cached !== undefined && { cachedTokens: cached }),
    ...(thoughts !== undefined && { reasoningTokens: thoughts }),
    ...(audio > 0 && { audioTokens: audio }),
    ...(tier !== undefined && { tier }),
  }
}

function audioTokens(details: unknown): number {
  if (!Array.isArray(details)) return 0
  const audio: unknown = details.find((detail) => isObject(detail) && detail.modality === 'AUDIO')
  return isObject(audio) ? (tokenCount(audio.tokenCount) ?? 0) : 0
}

/** Google writes the names in either case. */
function pricedTier(value: unknown): string | undefined {
  const tier = typeof value === 'string' ? value.toLowerCase() : ''
  return tier === 'flex' || tier === 'priority' || tier === 'batch' ? tier : undefined
}
