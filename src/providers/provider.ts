import type { ChatRequest, DialectName } from '../core/chat-request.js'
import type { ChatResponse } from '../core/chat-response.js'
import type { GatewayError } from '../core/errors.js'
import type { ModelSpec } from '../core/model-spec.js'
import type { StreamEvent } from '../core/stream-event.js'
import type { Usage } from '../core/usage.js'
import type { SseMessage } from '../sse/sse-message.js'

export type ProviderType = 'anthropic' | 'gemini' | 'openai' | 'simulator'

/**
 * A provider family: four pure directions. No clock, no randomness, no IO; what they need comes in as arguments.
 */
export interface ProviderAdapter {
  readonly type: ProviderType
  /**
   * The client dialect whose bytes are this provider's own. A request of that dialect is passed through: encodeRequest
   * keeps its JSON text, and the answer's bytes are relayed as they come while the decoder only listens.
   */
  readonly sameDialect: DialectName | undefined

  /**
   * Ours → the provider's HTTP request.
   * @throws GatewayError `unsupported_parameter` or `invalid_request` with the client's own path in `param` for what
   * this provider or model cannot do and what must not be dropped silently.
   */
  encodeRequest(request: ChatRequest, context: EncodeContext): WireRequest

  /**
   * A 2xx body of a non-streaming call → ours.
   * @throws GatewayError `upstream_error` when it is not what the provider documents, or is an error in disguise.
   */
  decodeResponse(body: string, context: DecodeContext): ChatResponse

  /** The decoder of one streaming answer. */
  createStreamDecoder(context: DecodeContext): StreamDecoder

  /**
   * A non-2xx answer → ours. Never throws; copes with HTML, empty and cut bodies. The message is the provider's own
   * where that helps the client and is safe to show, never with keys or organisation names.
   */
  decodeError(answer: WireError): GatewayError

  readonly embeddings: EmbeddingsSupport
}

/** How to get embeddings of this provider, if it has any. */
export type EmbeddingsSupport =
  | {
      /** It takes and answers OpenAI's format, so both bodies are passed through. */
      readonly kind: 'pass-through'
      /** Appended to the provider's base URL. */
      readonly path: string
      /**
       * Looks at a 2xx body.
       * @throws GatewayError `upstream_error` when it holds no embeddings
       */
      readonly read: (body: Buffer) => Usage | undefined
    }
  | {
      readonly kind: 'none'
      /** A sentence for the client. */
      readonly reason: string
    }

export interface EncodeContext {
  readonly model: ModelSpec
  /** Ask the provider to stream. May differ from what the client asked. */
  readonly stream: boolean
}

export interface WireRequest {
  /** Appended to the provider's base URL, e.g. `/v1/messages`. */
  readonly path: string
  /** Without authentication and `content-type`, which the gateway adds. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body: string
  /** Client fields that were left out because the provider has no such thing, each by its name: `seed`. */
  readonly dropped: readonly string[]
}

export interface DecodeContext {
  readonly model: ModelSpec
  /** Makes an id for a tool call that came without one: the n-th call of this answer, counted from 0. */
  readonly createToolCallId: (n: number) => string
  /** How many answers were asked for; absent: one. */
  readonly choices?: number
}

export interface WireError {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/**
 * A step function over a small typed state: one message in, the events it causes out.
 * @throws GatewayError from either method; the answer is then broken and nothing more is pushed.
 */
export interface StreamDecoder {
  push(message: SseMessage): readonly StreamEvent[]
  /** The connection closed cleanly. Throws `stream_truncated` if the answer was not complete. */
  end(): readonly StreamEvent[]
  /** True once the format's own terminator has come: the answer is complete whatever the connection does next. */
  ended?(): boolean
}
