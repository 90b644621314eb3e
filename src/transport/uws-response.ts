import type { HttpResponse } from 'uWebSockets.js'
import { STATUS_CODES } from 'node:http'
import type { BodyCollector } from './body-collector.js'
import { ChunkQueue } from './chunk-queue.js'
import { LINGER_BYTES, LINGER_MS } from './limits.js'
import { renderAddress } from './peer-address.js'
import { type SafeHeaders, safeHeaders } from './response-headers.js'
import type { Sweeper, Swept } from './sweeper.js'
import type { TransportResponse } from './transport.js'

/** What all answers of one server share. */
export interface UwsServerState {
  readonly sweeper: Sweeper
  readonly stalledClientMs: number
  readonly onStalledClient: ((remoteAddress: string) => void) | undefined
  stopping: boolean
  /** Answers that are not all handed over. */
  unfinished: number
}

interface UwsPeer {
  readonly isHead: boolean
  /** The client said `Connection: close`. */
  readonly closes: boolean
}

/** Above this a whole answer is given out piece by piece, so that progress can be seen. */
const SMALL_ANSWER_BYTES = 16 * 1024
/** As much goes to a client that keeps up in one call. */
const LARGE_PIECE_BYTES = 64 * 1024
/** Fits, with its chunk framing, into the buffer that uWebSockets.js sends with one system call. */
const PIECE_BYTES = 15 * 1024
/** What is risked to learn whether a slow client has taken everything before it. */
const PROBE_BYTES = 1024
/** uWebSockets.js closes after 8 to 12 s, as its clock ticks every 4 s. */
const REARM_MS = 3000
/** How long an answer waits for a body that nobody asked for, before it goes out and the connection is given up. */
const HOLD_MS = 500
/** uWebSockets.js closes an idle connection after 8 s at the earliest; clients that are told do not run into it. */
const KEEP_ALIVE_HINT = 'timeout=7'
const NO_HEADERS: SafeHeaders = { lines: [], close: false, contentLength: undefined }

const doNothing = (): void => {}

/**
 * One answer on uWebSockets.js.
 *
 * Its HTTP socket has one timer of about 10 s with rules of its own: it runs while a body comes in, and while written
 * bytes wait for the socket to become writable, which the kernel reports only when a third of its buffer is free. Left
 * alone it would cut slow bodies and slow readers that make progress, and it does so without telling why. So we look
 * at such connections ourselves, once a second, and wind the timer up again (`#rearm`) until our own limits say stop.
 * The only place where its 10 s still rule is the very end of an answer, when everything has been handed over.
 *
 * It does not say how much it has buffered either: `write` returns false when earlier bytes are still waiting, and
 * nothing tells when they have gone. A slow client is therefore `#unsure` until a small write (a probe) says true.
 */
export class UwsResponse implements TransportResponse, Swept {
  aborted = false
  bytesWritten = 0

  readonly #res: HttpResponse
  readonly #server: UwsServerState
  readonly #peer: UwsPeer
  readonly #collector: BodyCollector | undefined
  #status = 200
  #headers = NO_HEADERS
  #bodyless: boolean

  /** `end` or `close` was called, or the client has gone: the caller has no more say. */
  #ended = false
  /** The native object is invalid. */
  #released = false
  /** Status and headers went out with a first chunk. */
  #streaming = false
  #chunk: string | Uint8Array = ''
  #corkedPut: (() => void) | undefined
  #abortListener: (() => void) | undefined
  #drainWaiters: (() => void)[] = []

  #slow = false
  #unsure = false
  /** Has been slow once: looked after by the sweeper until the end. */
  #pressured = false
  readonly #queue = new ChunkQueue()
  #lastProgressMs = 0
  #endedMs = 0
  #rearmedMs = 0
  /** A whole answer under way, too large to be sent at once. */
  #whole: Uint8Array | undefined
  #wholeOffset = 0
  /** An answer that waits for the rest of the request's body. */
  #held: string | Uint8Array | undefined
  #holdUntilMs = 0
  #lingerUntilMs = 0
  #lingerBytes = 0
  #bodyOver = false

  constructor(res: HttpResponse, server: UwsServerState, peer: UwsPeer, collector: BodyCollector | undefined) {
    this.#res = res
    this.#server = server
    this.#peer = peer
    this.#collector = collector
    this.#bodyless = peer.isHead
    server.unfinished += 1
    res.onAborted(() => this.#gone())
    if (collector !== undefined) server.sweeper.add(this)
  }

  /** Asked for when it is needed, which is seldom: it costs a buffer. Empty when the connection has gone. */
  get remoteAddress(): string {
    return this.#released ? '' : renderAddress(new Uint8Array(this.#res.getRemoteAddress()))
  }

  onAborted(listener: () => void): void {
    if (this.aborted) listener()
    else this.#abortListener = listener
  }

  writeHead(status: number, headers: Readonly<Record<string, string>>): void {
    this.#status = status
    this.#headers = safeHeaders(headers)
    this.#bodyless = this.#peer.isHead || status === 204 || status === 304
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.#ended) return true
    if (chunk.length === 0) return !this.#slow
    this.bytesWritten += byteLength(chunk)
    if (this.#bodyless) return true
    if (this.#slow || this.#unsure || chunk.length > LARGE_PIECE_BYTES) {
      this.#queue.push(chunk)
      if (!this.#slow) this.#putQueue()
    } else {
      this.#put(chunk)
    }
    return !this.#slow
  }

  /**
   * uWebSockets.js sends the end of the headers with the first byte of the body only. Where a line feed means nothing,
   * it is that byte, unless a real one comes in the same turn.
   */
  flushHead(): void {
    setImmediate(() => {
      if (this.#ended || this.#streaming || this.#bodyless || !allowsLeadingLineFeed(this.#headers)) return
      this.#put('\n')
    })
  }

  drained(): Promise<void> {
    if (this.#ended || !this.#slow) return Promise.resolve()
    return new Promise((resolve) => this.#drainWaiters.push(resolve))
  }

  end(chunk: string | Uint8Array = ''): void {
    if (this.#ended) return
    this.#ended = true
    this.bytesWritten += byteLength(chunk)
    if (this.#streaming) return this.#endStream(chunk)
    switch (this.#collector?.state) {
      case 'receiving':
        this.#held = chunk
        this.#holdUntilMs = performance.now() + HOLD_MS
        break
      case 'failed':
        this.#farewell(chunk)
        break
      case 'complete':
      case undefined:
        this.#endWhole(chunk)
    }
  }

  close(): void {
    if (!this.#ended) this.#cut()
  }

  /** The request's body is complete. */
  bodyArrived(): void {
    this.#bodyOver = true
    if (this.#released) return
    if (this.#lingerUntilMs > 0) return this.#cutSoon()
    if (!this.#pressured) this.#server.sweeper.delete(this)
    if (this.#held === undefined) return
    const chunk = this.#held
    this.#held = undefined
    this.#endWhole(chunk)
  }

  /** Bytes of a body that is of no use any more. */
  bodyDropped(bytes: number): void {
    if (this.#released || this.#lingerUntilMs === 0) return
    this.#lingerBytes += bytes
    if (this.#lingerBytes > LINGER_BYTES) this.#cut()
  }

  sweep(nowMs: number): void {
    if (this.#lingerUntilMs > 0) {
      if (nowMs >= this.#lingerUntilMs) return this.#cut()
    } else {
      const usable = this.#collector?.state === 'receiving' && this.#collector.checkPace(nowMs)
      if (this.#held !== undefined && (!usable || nowMs >= this.#holdUntilMs)) this.#farewell(this.#held)
    }
    if (this.#pressured) this.#checkPressure(nowMs)
    if (!this.#released) this.#rearm(nowMs)
  }

  #checkPressure(nowMs: number): void {
    if (this.#whole !== undefined) {
      this.#putWhole()
      if (!this.#released && nowMs - this.#lastProgressMs >= this.#server.stalledClientMs) this.#stalled()
      return
    }
    // Hands over what still waits, if the kernel takes it now.
    this.#res.cork(doNothing)
    if (this.#ended && this.#queue.isEmpty) {
      if (nowMs - this.#endedMs >= this.#server.stalledClientMs) this.#finishStream()
      return
    }
    if (!this.#slow) {
      this.#lastProgressMs = nowMs
      return
    }
    if (!this.#queue.isEmpty) this.#putQueue()
    if (this.#released || !this.#slow) return
    if (nowMs - this.#lastProgressMs >= this.#server.stalledClientMs) this.#stalled()
    // Nothing left to probe with: the caller's next chunk will tell.
    else if (this.#queue.isEmpty) this.#wake()
  }

  /** Pausing stops the timer, resuming starts it anew; nothing is lost between the two. */
  #rearm(nowMs: number): void {
    if (nowMs - this.#rearmedMs < REARM_MS) return
    this.#rearmedMs = nowMs
    this.#res.pause()
    this.#res.resume()
  }

  /** Status, headers and chunk in one packet. */
  #put(chunk: string | Uint8Array): void {
    this.#chunk = chunk
    this.#corkedPut ??= () => {
      if (!this.#streaming) this.#startStream()
      if (!this.#res.write(this.#chunk)) this.#pressure()
      this.#chunk = ''
    }
    this.#res.cork(this.#corkedPut)
  }

  #startStream(): void {
    this.#streaming = true
    this.#res.onWritable(() => this.#writable())
    this.#putHead(this.#closes())
  }

  #putHead(close: boolean): void {
    const res = this.#res
    res.writeStatus(statusLine(this.#status))
    const { lines } = this.#headers
    for (let at = 0; at < lines.length; at += 2) res.writeHeader(lines[at] ?? '', lines[at + 1] ?? '')
    if (close) res.writeHeader('Connection', 'close')
    else res.writeHeader('Keep-Alive', KEEP_ALIVE_HINT)
  }

  #closes(): boolean {
    return this.#peer.closes || this.#headers.close || this.#server.stopping
  }

  #pressure(): void {
    this.#slow = true
    if (!this.#unsure) this.#lastProgressMs = performance.now()
    if (this.#pressured) return
    this.#pressured = true
    this.#server.sweeper.add(this)
  }

  /** Gives out what has been kept back, as much as the client takes. */
  #putQueue(): void {
    if (this.#slow) this.#unsure = true
    this.#slow = false
    for (;;) {
      const piece = this.#queue.take(this.#unsure ? PROBE_BYTES : this.#pressured ? PIECE_BYTES : LARGE_PIECE_BYTES)
      if (piece === undefined) break
      this.#put(piece)
      if (this.#slow) return
      this.#unsure = false
      if (this.#pressured) this.#lastProgressMs = performance.now()
    }
    if (this.#ended) this.#finishStream()
    else this.#wake()
  }

  /** Called when the kernel has room again; must return true. */
  #writable(): boolean {
    if (this.#released) return true
    if (this.#whole !== undefined) {
      this.#putWhole()
      return true
    }
    this.#lastProgressMs = performance.now()
    // With a listener there is no draining by itself; any cork drains.
    this.#res.cork(doNothing)
    if (!this.#queue.isEmpty) this.#putQueue()
    else if (this.#ended) this.#finishStream()
    else this.#wake()
    return true
  }

  #wake(): void {
    if (this.#slow) this.#unsure = true
    this.#slow = false
    if (this.#drainWaiters.length === 0) return
    const waiters = this.#drainWaiters
    this.#drainWaiters = []
    for (const resolve of waiters) resolve()
  }

  /** A client that was slow gets the end only when it has taken the rest; see the note on the 10 s above. */
  #endStream(chunk: string | Uint8Array): void {
    if (!this.#pressured) {
      this.#res.cork(() => this.#res.end(chunk))
      return this.#release()
    }
    this.#endedMs = performance.now()
    this.#queue.push(chunk)
    if (!this.#slow && !(this.#unsure && this.#queue.isEmpty)) this.#putQueue()
  }

  #finishStream(): void {
    this.#res.cork(() => this.#res.end())
    this.#release()
  }

  #endWhole(chunk: string | Uint8Array): void {
    const res = this.#res
    if (this.#bodyless) {
      res.cork(() => {
        this.#putHead(this.#closes())
        const contentLength = this.#describedLength(chunk)
        if (contentLength !== undefined) res.writeHeader('Content-Length', contentLength)
        res.endWithoutBody()
      })
      this.#release()
    } else if (chunk.length <= SMALL_ANSWER_BYTES) {
      // Asked to close, uWebSockets.js adds the header itself, unless the client had asked for it.
      const close = this.#closes() && !this.#peer.closes
      res.cork(() => {
        if (close) this.#putHeadAlone()
        else this.#putHead(this.#peer.closes)
        res.end(chunk, close)
      })
      this.#release()
    } else {
      this.#whole = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      this.#lastProgressMs = performance.now()
      res.cork(() => {
        this.#putHead(this.#closes())
        this.#putWhole()
      })
    }
  }

  #putHeadAlone(): void {
    const { lines } = this.#headers
    this.#res.writeStatus(statusLine(this.#status))
    for (let at = 0; at < lines.length; at += 2) this.#res.writeHeader(lines[at] ?? '', lines[at + 1] ?? '')
  }

  /** Without a body: the length it would have had. */
  #describedLength(chunk: string | Uint8Array): string | undefined {
    if (!this.#peer.isHead) return undefined
    if (chunk.length === 0 && this.#headers.contentLength !== undefined) return this.#headers.contentLength
    return this.bytesWritten > byteLength(chunk) ? undefined : String(byteLength(chunk))
  }

  #putWhole(): void {
    const whole = this.#whole
    if (whole === undefined) return
    const [, done] = this.#res.tryEnd(whole.subarray(this.#wholeOffset), whole.byteLength)
    if (done) return this.#release()
    const offset = this.#res.getWriteOffset()
    if (offset > this.#wholeOffset) this.#lastProgressMs = performance.now()
    this.#wholeOffset = offset
    if (this.#pressured) return
    this.#pressured = true
    this.#res.onWritable(() => this.#writable())
    this.#server.sweeper.add(this)
  }

  /**
   * The whole answer at once to a client that is still sending, which then gets time to read it. uWebSockets.js lets
   * go of a socket with `end`, and with its own way to close resets it, so the answer is written as if it were
   * headers: the native object stays ours, and with it the right to close.
   */
  #farewell(chunk: string | Uint8Array): void {
    const res = this.#res
    res.cork(() => {
      this.#putHeadAlone()
      res.writeHeader('Connection', 'close')
      res.writeHeader('Date', new Date().toUTCString())
      // Every header ends with the CRLF that completes the head or the last chunk.
      if (this.#bodyless) res.writeHeader('Content-Length', `${this.#describedLength(chunk) ?? 0}\r\n`)
      else if (chunk.length === 0) res.writeHeader('Content-Length', '0\r\n')
      else res.writeHeader('Transfer-Encoding', inOneChunk(chunk))
    })
    this.#held = undefined
    if (this.#bodyOver) this.#cutSoon()
    this.#lingerUntilMs = performance.now() + LINGER_MS
    this.#server.sweeper.add(this)
  }

  /** Closes when the parser, which may be what called us, has let go of what is written. */
  #cutSoon(): void {
    setImmediate(() => {
      if (!this.#released) this.#cut()
    })
  }

  /** Closes here and now. */
  #cut(): void {
    this.#release()
    this.#res.close()
  }

  #stalled(): void {
    this.#server.onStalledClient?.(this.remoteAddress)
    // Calls `#gone`.
    this.#res.close()
  }

  #gone(): void {
    if (this.#released) return
    const early = !this.#ended
    this.#release()
    if (!early) return
    this.aborted = true
    this.#abortListener?.()
  }

  #release(): void {
    if (!this.#released) this.#server.unfinished -= 1
    this.#released = true
    this.#ended = true
    this.#whole = undefined
    this.#held = undefined
    this.#queue.clear()
    this.#server.sweeper.delete(this)
    this.#collector?.abandon()
    this.#wake()
  }
}

function byteLength(chunk: string | Uint8Array): number {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.byteLength
}

const statusLines = new Map<number, string>()

function statusLine(status: number): string {
  let line = statusLines.get(status)
  if (line === undefined) {
    line = `${status} ${STATUS_CODES[status] ?? 'Unknown'}`
    statusLines.set(status, line)
  }
  return line
}

function allowsLeadingLineFeed(headers: SafeHeaders): boolean {
  const at = headers.lines.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type')
  return at >= 0 && /^(text\/event-stream|application\/json)\b/i.test(headers.lines[at + 1] ?? '')
}

function inOneChunk(chunk: string | Uint8Array): Uint8Array {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  return Buffer.concat([
    Buffer.from(`chunked\r\n\r\n${bytes.byteLength.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n0\r\n'),
  ])
}
