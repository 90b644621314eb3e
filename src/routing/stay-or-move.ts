import type { ModelSpec } from '../core/model-spec.js'
import { costOf } from '../core/money/cost-of.js'
import { type PicoUsd, picoUsdOf } from '../core/money/money.js'
import type { ModelPair } from './model-pair.js'

/** What is remembered of a conversation from its last answer. */
export interface Conversation {
  /** Catalogue id of the model that gave it. */
  readonly model: string
  /** Tokens that its provider has read, and may still hold in its own prompt cache. */
  readonly promptTokens: number
  readonly answeredAtMs: number
  /** Times it went to another model that nothing forced. */
  readonly moves: number
}

export interface FollowUp {
  readonly conversation: Conversation
  /** The model that gave the last answer. */
  readonly current: ModelSpec
  readonly pair: ModelPair
  readonly score: number | undefined
  readonly threshold: number
  readonly promptTokens: number
  /** Whether the last user turn says by itself what it asks. */
  readonly standsAlone: () => boolean
  readonly nowMs: number
  readonly epochMs: number
}

export type StayOrMove = { readonly target: ModelSpec; readonly reason: 'sticky' | 'harder' | 'economics' }

/** A score so far beyond the threshold is worth a change of model. */
const FAR = 0.1
/** Providers keep what they have read for about so long. */
const PROMPT_CACHE_MS = 300_000
/** For less nobody should hear another voice in the middle of a conversation. */
const LEAST_SAVING = picoUsdOf(0.01)

/**
 * A conversation stays on its model. It goes up for a turn that is much harder than the threshold. It goes down, once and
 * never after it went up, for an easy turn that leans on nothing said before, if that saves at least a cent: what the
 * provider of the strong model holds of the prompt is cheap to read there, and would have to be paid for anew on the way back.
 */
export function stayOrMove(followUp: FollowUp): StayOrMove {
  const { conversation, current, pair, score, threshold } = followUp
  const stay = { target: current, reason: 'sticky' } as const
  if (score === undefined) return stay
  if (current.id === pair.cheap.id) {
    return score >= threshold + FAR ? { target: pair.strong, reason: 'harder' } : stay
  }
  if (score > threshold - FAR || conversation.moves > 0 || !followUp.standsAlone()) return stay
  return savingOfMove(followUp) >= LEAST_SAVING ? { target: pair.cheap, reason: 'economics' } : stay
}

/** On reading the prompt: nobody knows how long the answer will be. */
function savingOfMove({ conversation, current, epochMs, nowMs, pair, ...turn }: FollowUp): PicoUsd {
  const isWarm = nowMs - conversation.answeredAtMs < PROMPT_CACHE_MS
  const cachedTokens = isWarm ? Math.min(conversation.promptTokens, turn.promptTokens) : 0
  const cost = (spec: ModelSpec, cached: number): PicoUsd | undefined =>
    costOf({ inputTokens: turn.promptTokens, outputTokens: 0, cachedTokens: cached }, spec.prices ?? [], epochMs)
  const uncached = cost(current, 0)
  const cheap = cost(pair.cheap, 0)
  if (uncached === undefined || cheap === undefined) return 0n
  // Without a price for it there is no discount.
  const stay = cost(current, cachedTokens) ?? uncached
  return stay - cheap - (uncached - stay)
}
