import type { ChatResponse } from '../../core/chat-response.js'
import type { ReasoningOrigin } from '../../core/message.js'

/** An answer with all that is needed to find it, to judge it, and to give it again in any dialect. */
export interface CacheEntry {
  /** The exact key of the request it answered: 32 hexadecimal digits. */
  readonly id: string
  readonly about: EntryAbout
  readonly answer: CachedAnswer
  /** Null: only the very same request may be answered with it. */
  readonly semantic: EntryMeaning | null
}

/** What can be listed, filtered and counted. */
export interface EntryAbout {
  readonly tenant: string
  readonly namespace: string | null
  /** What the request named: a pinned model's id, or a kind of routing. */
  readonly modelClass: string
  readonly provider: string
  /** Catalogue id of the model that answered. */
  readonly model: string
  readonly storedAtMs: number
  readonly expiresAtMs: number
}

export interface CachedAnswer {
  readonly response: ChatResponse
  /** Whose signatures the reasoning parts carry. */
  readonly origin: ReasoningOrigin
  /** The model's name at its provider, which answers repeat. */
  readonly upstreamName: string
  /** For replay as recorded: milliseconds before each piece of the answer. Null: it came in one piece. */
  readonly pace: Pace | null
}

/** Two columns of one length: so many characters (text, reasoning, arguments) came so long after the ones before. */
export interface Pace {
  readonly gapsMs: readonly number[]
  readonly characters: readonly number[]
}

export interface EntryMeaning {
  readonly partition: string
  /** Unit length, of the embedder named in the partition. */
  readonly vector: Float32Array
  /** Null when prompts are not to be kept. */
  readonly prompt: string | null
  /** What is kept in its place, of a prompt that can be masked. */
  readonly masked: string | null
}
