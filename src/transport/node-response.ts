import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BodyCollector } from './body-collector.js'
import { ChunkQueue } from './chunk-queue.js'
import type { KernelSendQueues } from './kernel-send-queue.js'
import { LINGER_BYTES, LINGER_MS } from './limits.js'
import { plainAddress } from './peer-address.js'
import { type SafeHeaders, safeHeaders } from './response-headers.js'
import type { Sweeper, Swept } from './sweeper.js'
import type { TransportResponse } from './transport.js'

/** What all answers of one server share. */
export interface NodeServerState {
  readonly sweeper: Sweeper
  readonly stalledClientMs: number
  readonly onStalledClient: ((remoteAddress: string) => void) | undefined
  /** Known once the server listens. */
  kernelQueues: KernelSendQueues | undefined
  stopping: boolean
  /** Answers that are not all handed over. */
  unfinished: number
}

/** Larger chunks are given out piece by piece, so that progress can be seen. */
const PIECE_BYTES = 64 * 1024
const NO_HEADERS: SafeHeaders = { lines: [], close: false, contentLength: undefined }

/** One answer on node:http. */
export class NodeResponse implements TransportResponse, Swept {
  aborted = false
  bytesWritten = 0
  readonly remoteAddress: string

  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #server: NodeServerState
  readonly #collector: BodyCollector | undefined
  readonly #remotePort: number
  #status = 200
  #headers = NO_HEADERS
  #bodyless: boolean

  /** `end` or `close` was called, or the client has gone: the caller has no more say. */
  #ended = false
  #headSent = false
  #finished = false
  #abortListener: (() => void) | undefined
  #drainWaiters: (() => void)[] = []

  #slow = false
  readonly #queue = new ChunkQueue()
  #lastProgressMs = 0
  #kernelBytes: number | undefined
  #lingerUntilMs = 0
  #lingerBytes = 0
  #bodyOver = false

  constructor(
    req: IncomingMessage,
    res: ServerResponse,
    server: NodeServerState,
    collector: BodyCollector | undefined,
  ) {
    this.#req = req
    this.#res = res
    this.#server = server
    this.#collector = collector
    this.#bodyless = req.method === 'HEAD'
    this.remoteAddress = plainAddress(req.socket.remoteAddress ?? '')
    this.#remotePort = req.socket.remotePort ?? 0
    server.unfinished += 1
    res.once('close', () => {
      server.unfinished -= 1
      this.#gone()
    })
    if (collector !== undefined) server.sweeper.add(this)
  }

  onAborted(listener: () => void): void {
    if (this.aborted) listener()
    else this.#abortListener = listener
  }

  writeHead(status: number, headers: Readonly<Record<string, string>>): void {
    this.#status = status
    this.#headers = safeHeaders(headers)
    this.#bodyless = this.#req.method === 'HEAD' || status === 204 || status === 304
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.#ended) return true
    if (chunk.length === 0) return !this.#slow
    this.bytesWritten += byteLength(chunk)
    if (this.#bodyless) return true
    this.#putHead()
    if (this.#slow || chunk.length > PIECE_BYTES) {
      this.#queue.push(chunk)
      if (!this.#slow) this.#putQueue()
    } else if (!this.#res.write(chunk)) {
      this.#pressure()
    }
    return !this.#slow
  }

  flushHead(): void {
    if (this.#ended || this.#bodyless) return
    this.#putHead()
    this.#res.flushHeaders()
  }

  drained(): Promise<void> {
    if (this.#ended || !this.#slow) return Promise.resolve()
    return new Promise((resolve) => this.#drainWaiters.push(resolve))
  }

  end(chunk: string | Uint8Array = ''): void {
    if (this.#ended) return
    this.#ended = true
    this.bytesWritten += byteLength(chunk)
    if (this.#collector?.state === 'failed' && !this.#headSent) return this.#farewell(chunk)
    if (!this.#headSent) this.#putHead(this.#wholeLength(chunk))
    if (!this.#bodyless && (this.#slow || chunk.length > PIECE_BYTES)) {
      this.#queue.push(chunk)
      if (!this.#slow) this.#putQueue()
    } else {
      this.#finish(this.#bodyless ? '' : chunk)
    }
  }

  close(): void {
    if (!this.#ended) this.#cut()
  }

  /** The server has stopped or lost the thread of what the client sends: this answer is the connection's last. */
  makeLast(): void {
    this.#res.shouldKeepAlive = false
  }

  /** Nothing of an answer has been sent. */
  get isUntouched(): boolean {
    return !this.#headSent
  }

  /** The request's body is complete. */
  bodyArrived(): void {
    this.#bodyOver = true
    if (this.#lingerUntilMs > 0) this.#endLinger()
  }

  /** Bytes of a body that is of no use any more. */
  bodyDropped(bytes: number): void {
    if (this.#lingerUntilMs === 0) {
      // Answered long ago, and still sending: nothing to wait for.
      if (this.#finished) this.#req.socket.destroy()
      return
    }
    this.#lingerBytes += bytes
    if (this.#lingerBytes > LINGER_BYTES) this.#endLinger()
  }

  sweep(nowMs: number): void {
    if (this.#lingerUntilMs > 0) {
      if (nowMs >= this.#lingerUntilMs) this.#endLinger()
      return
    }
    if (this.#collector?.state === 'receiving') {
      const inTime = this.#collector.checkPace(nowMs)
      if (!inTime && this.#finished) this.#req.socket.destroy()
    }
    if (this.#waitsForClient()) this.#checkPressure(nowMs)
    else if (this.#collector?.state !== 'receiving') this.#server.sweeper.delete(this)
  }

  #waitsForClient(): boolean {
    return this.#slow || (this.#finished && (this.#res.socket?.writableLength ?? 0) > 0)
  }

  #checkPressure(nowMs: number): void {
    const kernelBytes = this.#server.kernelQueues?.bytesFor(this.remoteAddress, this.#remotePort)
    // Without a socket the answer waits for its turn behind an earlier one on the same connection.
    if (kernelBytes !== this.#kernelBytes || this.#res.socket === null) this.#lastProgressMs = nowMs
    this.#kernelBytes = kernelBytes
    if (nowMs - this.#lastProgressMs < this.#server.stalledClientMs) return
    this.#server.onStalledClient?.(this.remoteAddress)
    this.#req.socket.destroy()
  }

  #pressure(): void {
    if (!this.#slow) this.#lastProgressMs = performance.now()
    this.#slow = true
    this.#res.once('drain', () => this.#writable())
    this.#server.sweeper.add(this)
  }

  #writable(): void {
    this.#slow = false
    this.#putQueue()
  }

  /** Gives out what has been kept back, as much as the client takes. */
  #putQueue(): void {
    for (;;) {
      const piece = this.#queue.take(PIECE_BYTES)
      if (piece === undefined) break
      if (!this.#res.write(piece)) return this.#pressure()
    }
    if (this.#ended) this.#finish('')
    else this.#wake()
  }

  #wake(): void {
    const waiters = this.#drainWaiters
    this.#drainWaiters = []
    for (const resolve of waiters) resolve()
  }

  /** Goes out with the first piece of the body. */
  #putHead(contentLength?: string, close = this.#headers.close || this.#server.stopping): void {
    if (this.#headSent) return
    this.#headSent = true
    const lines = [...this.#headers.lines]
    if (contentLength !== undefined) lines.push('Content-Length', contentLength)
    if (close) lines.push('Connection', 'close')
    this.#res.writeHead(this.#status, lines)
  }

  #wholeLength(chunk: string | Uint8Array): string | undefined {
    const isHead = this.#req.method === 'HEAD'
    if (this.#bodyless && !isHead) return undefined
    if (isHead && chunk.length === 0 && this.#headers.contentLength !== undefined) return this.#headers.contentLength
    return this.bytesWritten > byteLength(chunk) ? undefined : String(byteLength(chunk))
  }

  #finish(chunk: string | Uint8Array): void {
    this.#finished = true
    this.#res.end(chunk)
    this.#lastProgressMs = performance.now()
    if ((this.#res.socket?.writableLength ?? 0) > 0) this.#server.sweeper.add(this)
  }

  /**
   * The whole answer to a client that is still sending, which then gets time to read it: the connection would be reset
   * by `end`, so that comes last.
   */
  #farewell(chunk: string | Uint8Array): void {
    this.#putHead(this.#wholeLength(chunk), true)
    this.#res.flushHeaders()
    if (!this.#bodyless && chunk.length > 0) this.#res.write(chunk)
    this.#lingerUntilMs = performance.now() + LINGER_MS
    this.#server.sweeper.add(this)
    if (this.#bodyOver) this.#endLinger()
  }

  #endLinger(): void {
    this.#server.sweeper.delete(this)
    this.#lingerUntilMs = 0
    this.#finished = true
    this.#res.end()
  }

  #cut(): void {
    this.#ended = true
    this.#req.socket.destroy()
    this.#release()
  }

  /** The answer is over, or its connection is. */
  #gone(): void {
    const early = !this.#ended
    this.#ended = true
    this.#release()
    if (!early) return
    this.aborted = true
    this.#abortListener?.()
  }

  #release(): void {
    this.#slow = false
    this.#queue.clear()
    // An answer may be over before the request's body is; that is looked after until it ends.
    if (this.#req.socket.destroyed || this.#collector?.state !== 'receiving') {
      this.#server.sweeper.delete(this)
      this.#collector?.abandon()
    }
    this.#wake()
  }
}

function byteLength(chunk: string | Uint8Array): number {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.byteLength
}
