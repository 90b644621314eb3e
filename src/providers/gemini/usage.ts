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
  // Most chunks of a stream come this way, and conditional spreads cost more than the rest of the function.
  if (cached === undefined && thoughts === undefined) return { inputTokens, outputTokens }
  return {
    inputTokens,
    outputTokens,
    ...(cached !== undefined && { cachedTokens: cached }),
    ...(thoughts !== undefined && { reasoningTokens: thoughts }),
  }
}
