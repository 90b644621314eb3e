import type { GatewayError } from '../core/errors.js'

/**
 * The way to a provider: bytes out, bytes in, nothing about their meaning. The HTTP client and the simulator
 * implement it.
 */
export interface Upstream {
  /** Starts the call. The handler is never called before `send` has returned. */
  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamCall
  /** Ends all connections. Calls under way fail with `upstream_error`. */
  close(): Promise<void>
}

export interface UpstreamRequest {
  readonly method: 'POST' | 'GET'
  /** Path below the base URL, with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Called in this order: one `onResponse`, any number of `onData`, then either `onEnd` or `onError`, once. */
export interface UpstreamHandler {
  /** `headers` have lower-case names. */
  onResponse(status: number, headers: Readonly<Record<string, string | undefined>>): void
  /** The bytes are the handler's to keep. */
  onData(chunk: Buffer): void
  /** The body is complete as HTTP sees it. */
  onEnd(): void
  /** Refused, reset, cut, timed out while connecting, or garbage instead of HTTP. Not called after `abort`. */
  onError(error: GatewayError): void
}

export interface UpstreamCall {
  /** Stops reading from the socket, so that the provider feels the back-pressure. At most a chunk or two still come. */
  pause(): void
  resume(): void
  /** Closes the socket of this call. No handler is called afterwards. */
  abort(): void
}
