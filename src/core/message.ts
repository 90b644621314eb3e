/**
 * A conversation in our own terms. Every message and part keeps `path`, where the client wrote it
 * (`messages[2].content[0]`), so that whoever cannot use it can say which field is wrong.
 */

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage

interface Located {
  /** Where the client wrote it, e.g. `messages[2].content[0]`. */
  readonly path: string
}

export interface SystemMessage extends Located {
  readonly role: 'system'
  readonly parts: readonly TextPart[]
  readonly name?: string
}

export interface UserMessage extends Located {
  readonly role: 'user'
  readonly parts: readonly UserPart[]
  readonly name?: string
}

export interface AssistantMessage extends Located {
  readonly role: 'assistant'
  readonly parts: readonly AssistantPart[]
  readonly name?: string
}

/** The result of one tool call. Consecutive ones answer the calls of the assistant message before them. */
export interface ToolMessage extends Located {
  readonly role: 'tool'
  readonly toolCallId: string
  readonly parts: readonly ToolResultPart[]
  readonly isError: boolean
  readonly cacheControl?: CacheControl
}

export type UserPart = TextPart | ImagePart | AudioPart | FilePart
export type ToolResultPart = TextPart | ImagePart | FilePart
export type AssistantPart = TextPart | RefusalPart | ReasoningPart | RedactedReasoningPart | ToolCallPart

/** A prompt-cache marker as Anthropic writes it: `{type: 'ephemeral', ttl?: '5m' | '1h'}`. */
export type CacheControl = Readonly<Record<string, unknown>>

export interface TextPart extends Located {
  readonly type: 'text'
  readonly text: string
  readonly cacheControl?: CacheControl
}

export interface RefusalPart extends Located {
  readonly type: 'refusal'
  readonly text: string
}

export interface ImagePart extends Located {
  readonly type: 'image'
  readonly source: MediaSource
  readonly detail?: 'auto' | 'low' | 'high' | 'original'
  readonly cacheControl?: CacheControl
}

export interface AudioPart extends Located {
  readonly type: 'audio'
  readonly format: 'wav' | 'mp3'
  /** Base64. */
  readonly data: string
}

export interface FilePart extends Located {
  readonly type: 'file'
  readonly source: MediaSource
  readonly filename?: string
  readonly cacheControl?: CacheControl
}

export type MediaSource =
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string }
  /** An id of the provider's own file store; not portable between providers. */
  | { readonly kind: 'file-id'; readonly id: string }
  /** Plain text given as a document (Anthropic). */
  | { readonly kind: 'text'; readonly text: string }

/**
 * A block of thinking. `signature` is the provider's seal, only good for the provider family that made it (`origin`);
 * encoders of another family leave such a part out.
 */
export interface ReasoningPart extends Located {
  readonly type: 'reasoning'
  readonly text: string
  readonly signature?: string
  readonly origin: ReasoningOrigin
}

export interface RedactedReasoningPart extends Located {
  readonly type: 'redacted-reasoning'
  readonly data: string
  readonly origin: ReasoningOrigin
}

export type ReasoningOrigin = 'anthropic' | 'gemini' | 'openai'

export interface ToolCallPart extends Located {
  readonly type: 'tool-call'
  readonly id: string
  readonly name: string
  /** The JSON text of the arguments. From a client it may be invalid JSON or empty; from our decoders it is neither. */
  readonly arguments: string
  /** Gemini's thought signature of this call. */
  readonly signature?: string
  readonly cacheControl?: CacheControl
}
