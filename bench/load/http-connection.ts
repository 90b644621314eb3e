import { connect, type Socket } from 'node:net'

/** Takes one answer. Text is Latin-1, one character a byte. Times are those of `performance.now()`. */
export interface AnswerSink {
  /** `head`: status line and headers in lower case, each ended by CRLF. */
  onHead(status: number, contentType: string, head: string): void
  onBody(text: string, nowMs: number): void
  onEnd(nowMs: number): void
  /** Instead of `onEnd`: the connection broke, or what came was not HTTP. */
  onFailure(reason: string): void
}

type Phase = 'idle' | 'head' | 'sized' | 'chunk-size' | 'chunk-data' | 'until-close'

/** All sockets read into one buffer: each read is consumed before the next one is made. */
const READ_BUFFER = Buffer.allocUnsafe(256 * 1024)

/**
 * One keep-alive connection of HTTP/1.1, one request at a time, with no more than a load generator needs: a client
 * library would cost more than the servers under test.
 */
export class HttpConnection {
  readonly #socket: Socket
  #sink: AnswerSink | undefined
  #phase: Phase = 'idle'
  #rest = ''
  #left = 0
  #closing = false
  #open = true

  private constructor(port: number) {
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (bytes) => {
          this.#push(READ_BUFFER.toString('latin1', 0, bytes), performance.now())
          return true
        },
      },
    })
    this.#socket.on('error', (error) => this.#fail(error.message))
    this.#socket.on('close', () => this.#closed())
  }

  static open(port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const connection = new HttpConnection(port)
      connection.#socket.once('connect', () => resolve(connection))
      connection.#socket.once('error', reject)
    })
  }

  /** False once the connection cannot take another request. */
  get usable(): boolean {
    return this.#open && !this.#closing
  }

  send(request: Buffer, sink: AnswerSink): void {
    if (!this.usable || this.#phase !== 'idle') return sink.onFailure('the connection was not free')
    this.#sink = sink
    this.#phase = 'head'
    this.#socket.write(request)
  }

  close(): void {
    this.#sink = undefined
    this.#open = false
    this.#socket.destroy()
  }

  #push(text: string, nowMs: number): void {
    let all = this.#rest === '' ? text : this.#rest + text
    this.#rest = ''
    while (all !== '') {
      switch (this.#phase) {
        case 'idle':
          return this.#fail('bytes behind the end of the answer')
        case 'head': {
          const end = all.indexOf('\r\n\r\n')
          if (end === -1) {
            this.#rest = all
            return
          }
          this.#head(all.slice(0, end + 2), nowMs)
          all = all.slice(end + 4)
          break
        }
        case 'sized': {
          const body = all.length <= this.#left ? all : all.slice(0, this.#left)
          all = all.slice(body.length)
          this.#left -= body.length
          this.#sink?.onBody(body, nowMs)
          if (this.#left === 0) this.#end(nowMs)
          break
        }
        case 'chunk-size':
        case 'chunk-data': {
          const at = this.#chunks(all, nowMs)
          all = all.slice(at)
          // What is left begins with an unfinished size line.
          if (this.#phase === 'chunk-size') {
            this.#rest = all
            return
          }
          break
        }
        case 'until-close':
          this.#sink?.onBody(all, nowMs)
          return
      }
    }
  }

  /** Takes as many chunks as there are; answers how far it came. */
  #chunks(all: string, nowMs: number): number {
    let at = 0
    for (;;) {
      if (this.#phase === 'chunk-data') {
        // `left` counts the CRLF behind the data.
        const dataLeft = this.#left - 2
        const taken = Math.min(this.#left, all.length - at)
        if (dataLeft > 0 && taken > 0) this.#sink?.onBody(all.slice(at, at + Math.min(dataLeft, taken)), nowMs)
        this.#left -= taken
        at += taken
        if (this.#left > 0) return at
        this.#phase = 'chunk-size'
      }
      const lineEnd = all.indexOf('\r\n', at)
      if (lineEnd === -1) return at
      const size = Number.parseInt(all.slice(at, lineEnd), 16)
      if (size === 0) {
        // No server measured here sends trailers.
        if (all.length < lineEnd + 4) return at
        this.#end(nowMs)
        return lineEnd + 4
      }
      if (!(size > 0)) {
        this.#fail('a chunk size that is no number')
        return all.length
      }
      this.#left = size + 2
      this.#phase = 'chunk-data'
      at = lineEnd + 2
    }
  }

  #head(head: string, nowMs: number): void {
    const lower = head.toLowerCase()
    const length = headerValue(lower, 'content-length')
    this.#closing = headerValue(lower, 'connection') === 'close'
    this.#sink?.onHead(Number(head.slice(9, 12)), headerValue(lower, 'content-type') ?? '', lower)
    if (headerValue(lower, 'transfer-encoding') === 'chunked') this.#phase = 'chunk-size'
    else if (length === undefined) this.#phase = 'until-close'
    else if (length === '0') this.#end(nowMs)
    else {
      this.#left = Number(length)
      this.#phase = 'sized'
    }
  }

  #end(nowMs: number): void {
    const sink = this.#sink
    this.#sink = undefined
    this.#phase = 'idle'
    // Before the sink asks whether another request may go out.
    if (this.#closing) this.#open = false
    sink?.onEnd(nowMs)
    if (this.#closing) this.#socket.destroy()
  }

  #closed(): void {
    this.#open = false
    if (this.#phase === 'until-close') this.#end(performance.now())
    else this.#fail('the connection was closed')
  }

  #fail(reason: string): void {
    const sink = this.#sink
    this.#sink = undefined
    this.#open = false
    this.#phase = 'idle'
    this.#socket.destroy()
    sink?.onFailure(reason)
  }
}

export function headerValue(lowerHead: string, name: string): string | undefined {
  const at = lowerHead.indexOf(`\r\n${name}:`)
  if (at === -1) return undefined
  const start = at + name.length + 3
  return lowerHead.slice(start, lowerHead.indexOf('\r\n', start)).trim()
}
