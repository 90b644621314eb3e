import type { AssistantPart } from './message.js'
import type { LogprobDelta } from './stream-event.js'
import type { Usage } from './usage.js'

/**
 * Why a choice ended. `stop-sequence` is a `stop` of which we know the text; `pause` is Anthropic's `pause_turn`
 * (a server-side tool wants to go on).
 */
export type FinishReason = 'stop' | 'stop-sequence' | 'length' | 'tool-calls' | 'content-filter' | 'pause'

/** A whole answer, from a non-streaming call or collected from a stream. */
export interface ChatResponse {
  /** The provider's id of the answer. */
  readonly id: string | undefined
  /** The model name the provider reported. */
  readonly model: string | undefined
  readonly choices: readonly Choice[]
  readonly usage: Usage | undefined
}

export interface Choice {
  readonly index: number
  /** Text, reasoning, refusals and tool calls in the order they were produced. Neighbouring text is one part. */
  readonly parts: readonly AssistantPart[]
  readonly finishReason: FinishReason
  readonly stopSequence?: string
  readonly logprobs?: LogprobDelta
}
