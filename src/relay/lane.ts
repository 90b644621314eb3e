import type { ChatRequest } from '../core/chat-request.js'
import type { GatewayError } from '../core/errors.js'
import type { StreamEvent } from '../core/stream-event.js'
import type { Dialect, StreamRenderer } from '../dialects/dialect.js'
import type { ParsedMessage } from '../sse/sse-parser.js'

/** From a provider's events to what the client is written. */
export interface Lane {
  /** Does the parser have to keep each event's own bytes? */
  readonly keepsRaw: boolean
  /** What the client gets for one message of the provider and the events it caused. */
  take(message: ParsedMessage, events: readonly StreamEvent[]): string
  /** A whole answer at once, from a server that did not stream although it was asked to. */
  replay(events: readonly StreamEvent[]): string
  /** What ends a clean answer. */
  end(): string
  /** What tells the client that the answer broke. */
  fail(error: GatewayError): string
  /** Text of this lane → bytes or text for the transport. */
  encode(text: string): string | Uint8Array
}

/** Another dialect: every event is rendered anew. */
export function createTranslatingLane(renderer: StreamRenderer): Lane {
  return {
    keepsRaw: false,
    take(_message, events) {
      const [first] = events
      if (first === undefined) return ''
      if (events.length === 1) return renderer.render(first)
      let text = ''
      for (const event of events) text += renderer.render(event)
      return text
    },
    replay: (events) => events.map((event) => renderer.render(event)).join(''),
    end: () => renderer.end(),
    fail: (error) => renderer.fail(error),
    encode: (text) => text,
  }
}

/**
 * The provider speaks the client's dialect: its bytes are relayed as they came, so that fields we do not know survive.
 * Text in this lane is Latin-1, one character a byte.
 */
export function createPassThroughLane(dialect: Dialect, renderer: StreamRenderer, request: ChatRequest): Lane {
  const terminatorData = dialect.terminator.replace(/^data: /, '').trimEnd()
  let terminated = false
  let replayed = false
  return {
    keepsRaw: true,
    take(message) {
      if (!dialect.relays(message, request)) return ''
      if (terminatorData !== '' && message.data === terminatorData) terminated = true
      return message.raw
    },
    replay(events) {
      replayed = true
      return latin1(events.map((event) => renderer.render(event)).join(''))
    },
    end() {
      if (replayed) return latin1(renderer.end())
      return terminated ? '' : dialect.terminator
    },
    fail: (error) => latin1(renderer.fail(error)),
    encode: (text) => Buffer.from(text, 'latin1'),
  }
}

/** UTF-8 bytes as Latin-1 text. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
