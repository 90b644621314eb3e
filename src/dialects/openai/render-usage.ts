import { totalTokens, type Usage } from '../../core/usage.js'

/** The `usage` object. Details are breakdowns inside the totals and are only there when the provider reported them. */
export function renderUsage(usage: Usage): Readonly<Record<string, unknown>> {
  const { cachedTokens, cacheWriteTokens, reasoningTokens } = usage
  const hasPromptDetails = cachedTokens !== undefined || cacheWriteTokens !== undefined
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: totalTokens(usage),
    ...(hasPromptDetails && {
      prompt_tokens_details: {
        ...(cachedTokens !== undefined && { cached_tokens: cachedTokens }),
        ...(cacheWriteTokens !== undefined && { cache_write_tokens: cacheWriteTokens }),
      },
    }),
    ...(reasoningTokens !== undefined && { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  }
}
