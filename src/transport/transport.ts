/**
 * The HTTP server as the gateway sees it. Two adapters, uWebSockets.js and node:http, pass one conformance suite.
 */

export type TransportKind = 'uws' | 'node'

export interface Transport {
  readonly kind: TransportKind
  /** The port in use, also when 0 was asked for. */
  readonly port: number
  /** Answers whose bytes have not all been handed to the operating system: what `close` would cut. */
  unfinished(): number
  /** No new connections; what runs goes on. Idle keep-alive connections are closed. */
  stopAccepting(): void
  /** Ends everything at once. */
  close(): void
}

export interface ListenOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly maxBodyBytes: number
  /** A client that takes no byte of a waiting answer for so long is closed. */
  readonly stalledClientMs: number
  /** A client that sends no byte of its body for so long gets 408. */
  readonly bodyIdleMs: number
  /**
   * A body may take so long, and a second more for each KiB received, whatever its pauses; then 408. Bounds clients
   * that send one byte every now and then. Default 20,000.
   */
  readonly bodyGraceMs?: number
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly onRequest: (request: TransportRequest, response: TransportResponse) => void
  /** A client was closed because it took nothing for `stalledClientMs`. */
  readonly onStalledClient?: (remoteAddress: string) => void
}

/**
 * Starts a server.
 * @throws Error with `code` `EADDRINUSE`, `EACCES` or `EADDRNOTAVAIL` and a message that says what to do.
 */
export type Listen = (options: ListenOptions) => Promise<Transport>

/** All of it copied before `onRequest` returns, but for the body. */
export interface TransportRequest {
  /** Upper case. */
  readonly method: string
  /** As sent, without the query. Still percent-encoded. */
  readonly path: string
  /** Without the leading `?`; empty if none. */
  readonly query: string
  /** Lower-case names; repeated headers are joined with `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** IPv4 in dotted form, IPv6 as text. */
  readonly remoteAddress: string
  /**
   * The whole body. May be called once, at any time; the adapter has been collecting since the headers came.
   * @throws GatewayError `request_too_large`, `request_timeout`, `client_closed`.
   */
  body(): Promise<Uint8Array>
}

/**
 * One answer. Every call after the client has gone, and every call after `end`, is a harmless no-op: `write` answers
 * true then, so that nobody waits for a client that will never drain.
 */
export interface TransportResponse {
  readonly aborted: boolean
  /** Called once, when the client goes before the answer has ended. At once if it has already gone. */
  onAborted(listener: () => void): void
  /** Status and headers; sent together with the first `write` or `end`. To be called once, before them. */
  writeHead(status: number, headers: Readonly<Record<string, string>>): void
  /**
   * One chunk of the body; status, headers and chunk leave in as few packets as the platform allows.
   * @returns false when the client is slow: everything given so far is kept and will be sent, but wait for `drained`.
   */
  write(chunk: string | Uint8Array): boolean
  /** Sends the headers now, when no body byte is ready yet. */
  flushHead(): void
  /** Resolves when `write` may go on, and also when the client has gone. */
  drained(): Promise<void>
  /** Ends the answer. With a chunk and no earlier `write`, it goes out with a Content-Length. */
  end(chunk?: string | Uint8Array): void
  /** Cuts the connection: for an answer that broke where the protocol has no way to say so. */
  close(): void
  /** Body bytes given to `write` and `end` so far. */
  readonly bytesWritten: number
}
