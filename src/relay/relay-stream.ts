import { eventsOf } from '../core/answer-collector.js'
import type { Clock } from '../core/clock.js'
import { GatewayError } from '../core/errors.js'
import type { GapMeter } from '../core/gap-meter.js'
import { isCommitting, isPiece, type StreamEvent } from '../core/stream-event.js'
import type { DecodeContext, ProviderAdapter } from '../providers/provider.js'
import { createSseParser, type ParsedMessage } from '../sse/sse-parser.js'
import type { Upstream, UpstreamRequest } from '../upstream/upstream.js'
import { createDeadlines } from './deadlines.js'
import { type Exchange, type ExchangeTimeouts, startExchange } from './exchange.js'
import { finishParsing } from './finish-parsing.js'
import type { Lane } from './lane.js'

/** Where the body of an answer goes. */
export interface AnswerSink {
  /** @returns false when the client is slow: wait for `drained`. */
  write(chunk: string | Uint8Array): boolean
  drained(): Promise<void>
  end(chunk?: string | Uint8Array): void
}

/** The client's side of a stream. */
export interface ClientStream extends AnswerSink {
  /** Sends status and headers, with the first body text that follows or on their own. */
  commit(): void
  /**
   * Calls the listener when the client goes, at once if it has gone, or with an error when the gateway has to cut the
   * answer off. Replaces the listener before it.
   */
  onGone(listener: (cut?: GatewayError) => void): void
}

export interface StreamTimeouts extends ExchangeTimeouts {
  readonly keepAliveCommentMs: number
  /** Send status and headers after so long even when no event has come. */
  readonly commitHeadersMs: number | null
}

export interface RelayStreamOptions {
  readonly upstream: Upstream
  readonly request: UpstreamRequest
  readonly adapter: ProviderAdapter
  readonly decodeContext: DecodeContext
  readonly lane: Lane
  readonly client: AnswerSink
  readonly timeouts: Omit<StreamTimeouts, 'commitHeadersMs'>
  readonly clock: Clock
  /** Sees every event, in order, before the client does. */
  readonly observe: (event: StreamEvent, atMs: number) => void
  /**
   * The answer begins with this event. `show`: status and headers are out when it returns. `hold`: nothing of it is to be
   * shown yet; it is asked again when that is more than can be held. `drop`: it is not wanted any more, and ends unseen.
   */
  readonly begin: (first: StreamEvent | undefined, atMs: number) => 'show' | 'hold' | 'drop'
  /** Calls the listener when nobody waits any more, at once if so, or with an error when the gateway has to cut. */
  readonly onGone: (listener: (cut?: GatewayError) => void) => void
  /** Undefined: nobody measures. */
  readonly gaps: GapMeter | undefined
  readonly onResponseHeaders: (headers: Readonly<Record<string, string | undefined>>) => void
}

export type RelayOutcome =
  | {
      readonly kind: 'complete'
      readonly upstreamEndedAtMs: number
      /** All of the answer, if it was held back to its end. */
      readonly rest?: string | Uint8Array
    }
  /** Nothing of the answer was shown, so another attempt or a proper status is still possible. */
  | { readonly kind: 'failed'; readonly error: GatewayError }
  /** The client has been told inside the stream. */
  | { readonly kind: 'broken'; readonly error: GatewayError }
  /** Nobody wanted it any more. */
  | { readonly kind: 'client-gone' }

export const KEEP_ALIVE = ': keep-alive\n\n'
/** More of an answer is not held back. */
const MAX_HELD_CHARACTERS = 256 * 1024
/** A whole JSON answer from a server that ignores `stream: true`. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024

/**
 * Pumps one provider stream to one client: parse, step, render, write. Nothing is written before the first event that
 * commits the answer. The provider is paused while the client is slow, so memory stays bounded.
 */
export function relayStream(options: RelayStreamOptions): Promise<RelayOutcome> {
  return new Promise((resolve) => {
    const { adapter, client, clock, gaps, lane, timeouts } = options
    const decoder = adapter.createStreamDecoder(options.decodeContext)
    const parser = createSseParser({ keepRaw: lane.keepsRaw })
    const deadlines = createDeadlines<'keep-alive'>(clock, keepAlive)

    /** The answer's first real event has come. */
    let begun = false
    /** It has, and is not shown. */
    let held = false
    let waitingForClient = false
    let over = false
    /** Rendered text that waits for the answer to begin or for the end of this chunk. */
    let pending = ''
    /** When the bytes came that are being read. */
    let arrivedAt = 0
    /** Pieces of the answer among them. */
    let pieces = 0
    let wholeBody: Buffer[] | undefined
    let wholeBytes = 0

    const exchange: Exchange = startExchange({
      upstream: options.upstream,
      request: options.request,
      adapter,
      timeouts,
      clock,
      onStart(headers) {
        options.onResponseHeaders(headers)
        if (/^application\/json\b/i.test(headers['content-type'] ?? '')) wholeBody = []
      },
      onBytes(chunk, atMs) {
        arrivedAt = atMs
        if (wholeBody !== undefined) return keepWhole(chunk, wholeBody)
        for (const message of parser.push(chunk)) {
          step(message)
          if (over) return
          // What a provider sends behind its terminator is nobody's, whether it comes in the same packet or not.
          if (decoder.ended?.() === true) return complete()
        }
        flush()
      },
      onEnd() {
        arrivedAt = clock.now()
        if (wholeBody !== undefined) return replayWhole(wholeBody)
        endParsing()
        complete()
      },
      onFail: broken,
    })
    options.onGone((cut) => {
      if (over) return
      exchange.abort()
      if (cut === undefined) finish({ kind: 'client-gone' })
      else broken(cut)
    })

    function step(message: ParsedMessage): void {
      const events = decoder.push(message)
      accept(message, events)
    }

    function accept(message: ParsedMessage, events: readonly StreamEvent[]): void {
      let first: StreamEvent | undefined
      for (const event of events) {
        options.observe(event, arrivedAt)
        if (!begun && !held && first === undefined && isCommitting(event)) first = event
        if (gaps !== undefined && isPiece(event)) pieces++
      }
      pending += lane.take(message, events)
      if (first !== undefined) begin(first)
    }

    function begin(first: StreamEvent | undefined): void {
      exchange.firstTokenSeen()
      const verdict = options.begin(first, arrivedAt)
      begun = verdict === 'show'
      held = verdict === 'hold'
      if (verdict !== 'drop') return
      exchange.abort()
      finish({ kind: 'client-gone' })
    }

    function flush(): void {
      countPieces()
      if (held && pending.length > MAX_HELD_CHARACTERS) begin(undefined)
      if (!begun || pending === '') return
      const chunk = lane.encode(pending)
      pending = ''
      deadlines.set('keep-alive', timeouts.keepAliveCommentMs, arrivedAt)
      if (client.write(chunk) || waitingForClient) return
      waitingForClient = true
      exchange.pause()
      gaps?.interrupted()
      void client.drained().then(() => {
        waitingForClient = false
        if (!over) exchange.resume()
      })
    }

    function countPieces(): void {
      if (pieces > 0) gaps?.pieces(pieces, arrivedAt)
      pieces = 0
    }

    function endParsing(): void {
      finishParsing(parser, step)
      const events = decoder.end()
      if (events.length > 0) accept({ event: undefined, data: '', raw: '' }, events)
    }

    function keepWhole(chunk: Buffer, chunks: Buffer[]): void {
      wholeBytes += chunk.length
      if (wholeBytes > MAX_WHOLE_BYTES) throw new GatewayError('upstream_error', 'The provider answered too much.')
      chunks.push(chunk)
    }

    function replayWhole(chunks: readonly Buffer[]): void {
      const response = adapter.decodeResponse(Buffer.concat(chunks).toString('utf8'), options.decodeContext)
      const events = eventsOf(response)
      const rendered = lane.replay(events)
      for (const event of events) options.observe(event, arrivedAt)
      pending += rendered
      begin(events.find(isCommitting))
      complete()
    }

    function complete(): void {
      if (over) return
      if (!begun && !held) begin(undefined)
      if (over) return
      countPieces()
      const last = lane.encode(pending + lane.end())
      pending = ''
      finish({ kind: 'complete', upstreamEndedAtMs: arrivedAt, ...(held && { rest: last }) })
      exchange.release()
      if (!held) client.end(last)
    }

    function broken(error: GatewayError): void {
      if (over) return
      if (begun) client.end(lane.encode(pending + lane.fail(error)))
      pending = ''
      finish({ kind: begun ? 'broken' : 'failed', error })
    }

    function keepAlive(): void {
      if (over) return
      if (!waitingForClient) client.write(KEEP_ALIVE)
      deadlines.set('keep-alive', timeouts.keepAliveCommentMs, clock.now())
    }

    function finish(outcome: RelayOutcome): void {
      over = true
      deadlines.clearAll()
      resolve(outcome)
    }
  })
}
