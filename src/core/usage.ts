/**
 * Token counts of one answer, as the provider reported them. Both totals include their parts:
 * cached and written tokens are inside `inputTokens`, reasoning tokens inside `outputTokens`.
 */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Prompt tokens read from the provider's prompt cache. */
  readonly cachedTokens?: number
  /** Prompt tokens written to the provider's prompt cache, all lifetimes together. */
  readonly cacheWriteTokens?: number
  /** The part of `cacheWriteTokens` with the long lifetime (Anthropic 1 h, OpenAI 12 h), which costs more. */
  readonly cacheWriteLongTokens?: number
  readonly reasoningTokens?: number
}

export function totalTokens(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens
}
