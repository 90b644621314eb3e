import { createAnswerCollector } from '../core/answer-collector.js'
import type { ChatResponse } from '../core/chat-response.js'
import type { Clock } from '../core/clock.js'
import { GatewayError } from '../core/errors.js'
import { isCommitting, type StreamEvent } from '../core/stream-event.js'
import type { DecodeContext, ProviderAdapter } from '../providers/provider.js'
import { createSseParser } from '../sse/sse-parser.js'
import type { Upstream, UpstreamRequest } from '../upstream/upstream.js'
import { type ExchangeTimeouts, startExchange } from './exchange.js'
import { finishParsing } from './finish-parsing.js'

export interface RelayWholeOptions {
  readonly upstream: Upstream
  readonly request: UpstreamRequest
  readonly adapter: ProviderAdapter
  readonly decodeContext: DecodeContext
  readonly timeouts: ExchangeTimeouts
  readonly clock: Clock
  /** The provider was asked to stream although the client wants the answer in one piece. */
  readonly streamed: boolean
  /** Calls the listener when nobody waits any more, at once if so, or with an error when the gateway has to cut. */
  readonly onGone: (listener: (cut?: GatewayError) => void) => void
  readonly onResponseHeaders: (headers: Readonly<Record<string, string | undefined>>) => void
}

export type WholeOutcome =
  | {
      readonly kind: 'complete'
      readonly response: ChatResponse
      /** The provider's own bytes; `undefined` when the answer was streamed to us. */
      readonly body: Buffer | undefined
      readonly upstreamEndedAtMs: number
    }
  | { readonly kind: 'failed'; readonly error: GatewayError }
  | { readonly kind: 'client-gone' }

/**
 * An answer in one piece shows no first token, only its end. It may take so many times the limit of a first token:
 * long enough to generate it all, and a provider that hangs is still noticed before the total time is over.
 */
const WHOLE_ANSWER_FACTOR = 5

const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** One answer in one piece: nothing reaches the client before all of it was there and made sense. */
export function relayWhole(options: RelayWholeOptions): Promise<WholeOutcome> {
  return new Promise((resolve) => {
    const { adapter, decodeContext } = options
    const chunks: Buffer[] = []
    let bytes = 0
    let arrivedAt = 0
    let reader = options.streamed ? createStreamReader(options) : undefined

    const exchange = startExchange({
      upstream: options.upstream,
      request: options.request,
      adapter,
      timeouts: options.streamed ? options.timeouts : wholeTimeouts(options.timeouts),
      clock: options.clock,
      onStart(headers) {
        options.onResponseHeaders(headers)
        if (/^application\/json\b/i.test(headers['content-type'] ?? '')) reader = undefined
        // A body in one piece has no first token; only the total time and silence count from here.
        if (reader === undefined) exchange.firstTokenSeen()
      },
      onBytes(chunk, atMs) {
        arrivedAt = atMs
        bytes += chunk.length
        if (bytes > MAX_ANSWER_BYTES) throw new GatewayError('upstream_error', 'The provider answered too much.')
        if (reader === undefined) return void chunks.push(chunk)
        if (reader.push(chunk)) exchange.firstTokenSeen()
        // The format's own terminator counts, not the connection: some providers keep it open.
        if (reader.ended()) complete(reader.response(), undefined)
      },
      onEnd() {
        arrivedAt = options.clock.now()
        if (reader !== undefined) {
          reader.end()
          return complete(reader.response(), undefined)
        }
        const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
        complete(adapter.decodeResponse(body.toString('utf8'), decodeContext), body)
      },
      onFail(error) {
        resolve({ kind: 'failed', error })
      },
    })
    options.onGone((cut) => {
      exchange.abort()
      resolve(cut === undefined ? { kind: 'client-gone' } : { kind: 'failed', error: cut })
    })

    function complete(response: ChatResponse, body: Buffer | undefined): void {
      exchange.release()
      resolve({ kind: 'complete', response, body, upstreamEndedAtMs: arrivedAt })
    }
  })
}

/** The limits of a call that answers in one piece. */
export function wholeTimeouts(timeouts: ExchangeTimeouts): ExchangeTimeouts {
  return { ...timeouts, firstTokenMs: Math.min(timeouts.totalMs, timeouts.firstTokenMs * WHOLE_ANSWER_FACTOR) }
}

/** Folds a streamed answer into a whole one. */
function createStreamReader(options: RelayWholeOptions) {
  const parser = createSseParser()
  const decoder = options.adapter.createStreamDecoder(options.decodeContext)
  const collector = createAnswerCollector(options.adapter.type === 'simulator' ? 'openai' : options.adapter.type)

  function take(events: readonly StreamEvent[]): boolean {
    for (const event of events) collector.push(event)
    return events.some(isCommitting)
  }
  return {
    /** @returns true when the answer has begun */
    push(chunk: Buffer): boolean {
      let began = false
      for (const message of parser.push(chunk)) began = take(decoder.push(message)) || began
      return began
    },
    ended: () => decoder.ended?.() === true,
    end(): void {
      finishParsing(parser, (message) => take(decoder.push(message)))
      take(decoder.end())
    },
    response: () => collector.response(),
  }
}
