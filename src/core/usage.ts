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
  /** Prompt tokens that were sound, where the provider counts them apart: some models charge more for these. */
  readonly audioTokens?: number
  /** Searches of the web that the provider made by itself, which it charges besides the tokens. */
  readonly searches?: number
  /** Served with another priority than the usual one, and so at another price: `flex`, `priority`, `fast`, `batch` … */
  readonly tier?: string
}

export function totalTokens(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens
}
