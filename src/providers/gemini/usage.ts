import { isObject } from '../../core/decode.js'
import type { Usage } from '../../core/usage.js'

/**
 * `usageMetadata` → ours. The counters are totals of the answer so far, zeros are left out, and thoughts and the
 * prompts of server-side tools stand beside the counts that we add them to.
 * @returns undefined when it holds no count: some chunks carry only `{trafficType}`
 */
export function decodeUsage(wire: unknown): Usage | undefined {
  if (!isObject(wire)) return undefined
  const prompt = count(wire.promptTokenCount)
  const toolPrompt = count(wire.toolUsePromptTokenCount)
  const candidates = count(wire.candidatesTokenCount)
  const thoughts = count(wire.thoughtsTokenCount)
  const cached = count(wire.cachedContentTokenCount)
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

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}
