import type { ExpectedTokens } from '../../core/limits/expected-tokens.js'
import type { PicoUsd } from '../../core/money/money.js'
import type { AttemptRecord, RequestRecord } from '../../core/request-record.js'
import { totalTokens } from '../../core/usage.js'

/** What is looked at of a settled request. */
export interface SettledRequest extends Pick<RequestRecord, 'cache' | 'cost' | 'usage'> {
  readonly attempts: readonly Pick<AttemptRecord, 'outcome' | 'ttftMs' | 'usage' | 'writtenCharacters'>[]
}

/** What a request counts for, with its key. */
export interface RequestUse {
  readonly tokens: number
  readonly cost: PicoUsd
}

export interface UseOptions {
  /** What it was expected to use; only asked when that is needed. */
  readonly expected: () => ExpectedTokens
  /** For tokens whose cost is not known. */
  readonly assumedPerToken: PicoUsd
}

/**
 * What is kept or being made anyway uses no tokens and costs nothing. All attempts count. One that its provider began to answer,
 * or that was given up by its client, and whose tokens nobody reported to the end, counts as much as was expected, or as came
 * if that is more: nobody gets more by hanging up early.
 */
export function useOf(record: SettledRequest, { assumedPerToken, expected }: UseOptions): RequestUse {
  const { attempts, cache, cost, usage } = record
  if (cache === 'HIT' || cache === 'JOIN') return { tokens: 0, cost: cost ?? 0n }
  // Embeddings of the gateway's own model.
  if (attempts.length === 0) return { tokens: usage === undefined ? 0 : totalTokens(usage), cost: cost ?? 0n }
  const tokens = attempts.reduce((sum, attempt) => sum + tokensOf(attempt, expected), 0)
  return { tokens, cost: cost ?? assumedPerToken * BigInt(Math.ceil(tokens)) }
}

/** Few languages are written in less. */
const CHARACTERS_A_TOKEN = 4

function tokensOf(
  { outcome, ttftMs, usage, writtenCharacters }: SettledRequest['attempts'][number],
  expected: () => ExpectedTokens,
): number {
  const reported = usage === undefined ? 0 : totalTokens(usage)
  if ((outcome === 'complete' || outcome === 'rejected') && usage !== undefined) return reported
  const wasBegun = ttftMs !== undefined || usage !== undefined || outcome === 'client-gone' || outcome === 'complete'
  if (!wasBegun) return 0
  const { answer, prompt } = expected()
  const written = Math.ceil(writtenCharacters / CHARACTERS_A_TOKEN)
  return Math.max(reported, prompt + answer, (usage?.inputTokens ?? prompt) + written)
}
