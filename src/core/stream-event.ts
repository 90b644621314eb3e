import type { FinishReason } from './chat-response.js'
import type { Usage } from './usage.js'

/**
 * What happens while an answer streams: the language between provider decoders, the relay, the cache tee
 * and the dialect renderers.
 *
 * Order per choice: `start` once for the whole stream, then deltas, then exactly one `finish` per choice.
 * `usage` may come at any time and replaces what came before. A reasoning block is zero or more
 * `reasoning-delta` and one `reasoning-end`; a tool call is `tool-start`, any number of `tool-delta`, `tool-end`.
 * Tool indexes are dense and start at 0 in each choice. The concatenated `tool-delta` arguments are the JSON text
 * of the call's arguments and never empty ("{}" for a call without arguments).
 */
export type StreamEvent =
  | { readonly type: 'start'; readonly id: string | undefined; readonly model: string | undefined }
  | { readonly type: 'text-delta'; readonly choice: number; readonly text: string; readonly logprobs?: LogprobDelta }
  | { readonly type: 'refusal-delta'; readonly choice: number; readonly text: string; readonly logprobs?: LogprobDelta }
  | { readonly type: 'reasoning-delta'; readonly choice: number; readonly text: string }
  | { readonly type: 'reasoning-end'; readonly choice: number; readonly signature: string | undefined }
  | { readonly type: 'reasoning-redacted'; readonly choice: number; readonly data: string }
  | {
      readonly type: 'tool-start'
      readonly choice: number
      readonly index: number
      readonly id: string
      readonly name: string
      /** Gemini's thought signature, which has to come back with this very call. */
      readonly signature?: string
    }
  | { readonly type: 'tool-delta'; readonly choice: number; readonly index: number; readonly arguments: string }
  | { readonly type: 'tool-end'; readonly choice: number; readonly index: number }
  | {
      readonly type: 'finish'
      readonly choice: number
      readonly reason: FinishReason
      /** The configured stop text that ended the answer, when the provider says which. */
      readonly stopSequence?: string
    }
  | { readonly type: 'usage'; readonly usage: Usage }

/** The OpenAI `logprobs` object of a delta or a choice, relayed as data: `{content: [...] | null, refusal: [...] | null}`. */
export type LogprobDelta = Readonly<Record<string, unknown>>

export const NO_EVENTS: readonly StreamEvent[] = Object.freeze([])

/**
 * True for events that commit the answer: content, reasoning, tool or finish. Status and headers wait for the first
 * of them, so that whatever goes wrong earlier can still become a proper status.
 */
export function isCommitting(event: StreamEvent): boolean {
  return event.type !== 'start' && event.type !== 'usage'
}

/** True for a piece of the answer itself: about a token, as most providers stream. */
export function isPiece({ type }: StreamEvent): boolean {
  return type === 'text-delta' || type === 'reasoning-delta' || type === 'tool-delta' || type === 'refusal-delta'
}

/** How much of the answer's text is in a piece of it. */
export function charactersOf(event: StreamEvent): number {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta':
      return event.text.length
    case 'tool-delta':
      return event.arguments.length
    default:
      return 0
  }
}
