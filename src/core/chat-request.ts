import type { CacheControl, Message } from './message.js'

export type DialectName = 'openai' | 'anthropic'

/**
 * A chat request in our own terms: what a dialect parses and a provider encodes. `undefined` means the client did not
 * say (absent and `null` are equal). Optional properties are absent, never `undefined`.
 */
export interface ChatRequest {
  readonly dialect: DialectName
  /** As the client wrote it: a catalogue id, an alias, `auto` or `provider/name`. */
  readonly model: string
  readonly stream: boolean
  /** OpenAI `stream_options.include_usage`; always true for Anthropic clients, whose streams carry usage anyway. */
  readonly includeUsage: boolean
  readonly messages: readonly Message[]

  readonly tools?: readonly Tool[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly responseFormat?: ResponseFormat
  readonly reasoning?: Reasoning

  /** Visible and reasoning tokens together. */
  readonly maxTokens?: number
  /** Which field held it, for messages and for passing it on (`max_tokens` or `max_completion_tokens`). */
  readonly maxTokensField?: string
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly stop?: readonly string[]
  readonly n?: number
  readonly seed?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  readonly logprobs?: boolean
  readonly topLogprobs?: number
  /** An opaque id of the end user. */
  readonly user?: string
  /** Tags of the client; the gateway keeps them for cost attribution. */
  readonly metadata?: Readonly<Record<string, string>>
  readonly serviceTier?: string
  /** Anthropic's top-level automatic prompt-cache marker. */
  readonly cacheControl?: CacheControl

  /**
   * Every other top-level field the client sent with a value other than null: fields we do not model and fields we do
   * not know. A provider of the same dialect gets them untouched (see `raw`); the others refuse or drop each by name.
   */
  readonly extras: Readonly<Record<string, unknown>>
  /**
   * Fields inside the modelled ones that only tune or annotate, without array indexes (`tools[].defer_loading`): a
   * provider of the same dialect gets them in `raw`, for any other they count as dropped.
   */
  readonly hints?: readonly string[]
  /**
   * The request as JSON text, exactly as the client wrote it, for lanes that pass it on unchanged. Only what the
   * dialect itself had added to an earlier answer of another provider family may be taken out again.
   */
  readonly raw: string
}

export interface Tool {
  readonly kind: 'function' | 'custom' | 'builtin'
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments; absent: the tool takes none. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly strict?: boolean
  readonly cacheControl?: CacheControl
  /** Where the client wrote it: `tools[1]`. */
  readonly path: string
}

export type ToolChoice =
  | { readonly mode: 'auto' | 'none' | 'required' }
  | { readonly mode: 'named'; readonly name: string }
  /** Only these tools may be called; `required` says that one of them must. */
  | { readonly mode: 'allowed'; readonly required: boolean; readonly names: readonly string[] }

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json-object' }
  | {
      readonly type: 'json-schema'
      readonly name: string
      readonly description?: string
      readonly schema: Readonly<Record<string, unknown>>
      readonly strict?: boolean
      /** Where the schema stands in the request. */
      readonly path: string
    }

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof EFFORTS)[number]

export interface Reasoning {
  readonly effort?: Effort
  /** Anthropic's `thinking` object, when the client spoke that dialect. */
  readonly thinking?:
    | { readonly mode: 'enabled'; readonly budgetTokens: number }
    | { readonly mode: 'adaptive' | 'between_tools' | 'disabled' }
  /** The field that asked for it, for messages: `reasoning_effort` or `thinking`. */
  readonly path: string
}
