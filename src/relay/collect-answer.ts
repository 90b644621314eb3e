import type { Clock } from '../core/clock.js'
import { GatewayError } from '../core/errors.js'
import type { ProviderAdapter } from '../providers/provider.js'
import type { Upstream, UpstreamRequest } from '../upstream/upstream.js'
import { type ExchangeTimeouts, startExchange } from './exchange.js'

export interface CollectAnswerOptions<T> {
  readonly upstream: Upstream
  readonly request: UpstreamRequest
  readonly adapter: ProviderAdapter
  readonly timeouts: ExchangeTimeouts
  readonly clock: Clock
  /** A longer answer is an error. */
  readonly maxBytes: number
  /** Calls the listener when the client goes, at once if it has gone, or with an error when the gateway has to cut. */
  readonly onGone: (listener: (cut?: GatewayError) => void) => void
  readonly onResponseHeaders: (headers: Readonly<Record<string, string | undefined>>) => void
  /** What the bytes mean. What it throws fails the call. */
  readonly read: (body: Buffer) => T
}

export type CollectedAnswer<T> =
  | { readonly kind: 'complete'; readonly body: Buffer; readonly value: T; readonly upstreamEndedAtMs: number }
  | { readonly kind: 'failed'; readonly error: GatewayError }
  | { readonly kind: 'client-gone' }

/** A call to a provider that answers in one piece, whatever that is. */
export function collectAnswer<T>(options: CollectAnswerOptions<T>): Promise<CollectedAnswer<T>> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const exchange = startExchange({
      upstream: options.upstream,
      request: options.request,
      adapter: options.adapter,
      timeouts: options.timeouts,
      clock: options.clock,
      onStart(headers) {
        options.onResponseHeaders(headers)
        // There is no first token to wait for; only silence and the total time count from here.
        exchange.firstTokenSeen()
      },
      onBytes(chunk) {
        bytes += chunk.length
        if (bytes > options.maxBytes) throw new GatewayError('upstream_error', 'The provider answered too much.')
        chunks.push(chunk)
      },
      onEnd() {
        const upstreamEndedAtMs = options.clock.now()
        const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
        const value = options.read(body)
        exchange.release()
        resolve({ kind: 'complete', body, value, upstreamEndedAtMs })
      },
      onFail(error) {
        resolve({ kind: 'failed', error })
      },
    })
    options.onGone((cut) => {
      exchange.abort()
      resolve(cut === undefined ? { kind: 'client-gone' } : { kind: 'failed', error: cut })
    })
  })
}
