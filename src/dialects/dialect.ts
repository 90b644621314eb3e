import type { ChatRequest, DialectName } from '../core/chat-request.js'
import type { ChatResponse } from '../core/chat-response.js'
import type { GatewayError } from '../core/errors.js'
import type { ReasoningOrigin } from '../core/message.js'
import type { StreamEvent } from '../core/stream-event.js'
import type { SseMessage } from '../sse/sse-message.js'

/** What clients speak: parse their requests, render our answers. Pure, as providers are. */
export interface Dialect {
  readonly name: DialectName

  /**
   * JSON text → ours, with the whole request checked.
   * @throws GatewayError 400 that names the offending field's path.
   */
  parseRequest(raw: string): ChatRequest

  /** Renders one streaming answer as server-sent events. */
  createStreamRenderer(context: RenderContext): StreamRenderer

  /** A whole answer as JSON text. */
  renderResponse(response: ChatResponse, context: RenderContext): string

  /** The body of an error answer as JSON text. */
  renderError(error: GatewayError, requestId: string): string

  /**
   * For the pass-through lane: may this event of the provider's stream go to the client as it came? False for what
   * only the gateway had asked for (OpenAI's usage chunk when the client did not ask for it).
   */
  relays(message: SseMessage, request: ChatRequest): boolean

  /** What ends a clean stream whose provider left the terminator out; empty where there is none to add. */
  readonly terminator: string
}

export interface RenderContext {
  /** Id of the answer, without a dialect's prefix. */
  readonly id: string
  /** Unix time in seconds. */
  readonly createdSeconds: number
  /** The model name to show until the provider reports one. */
  readonly model: string
  readonly includeUsage: boolean
  /** The provider family whose seals the reasoning carries; absent: the dialect's own. */
  readonly origin?: ReasoningOrigin
  /** Shown in errors. */
  readonly requestId: string
}

/** Every method returns text to append to the answer, possibly empty. */
export interface StreamRenderer {
  render(event: StreamEvent): string
  /** After the last event of a clean answer. */
  end(): string
  /** Instead of `end` when the answer broke after it began. No terminator follows, so clients do not take it for success. */
  fail(error: GatewayError): string
}
