import type { HttpResponse } from 'uWebSockets.js'
import { type Dispatcher, Pool } from 'undici'
import { argument, readBody, serve } from './bare-server.js'

/** What a bare proxy does with one call; undefined leaves the bytes alone. */
export interface BareProxy {
  /** Path that clients call, and the one called upstream. */
  readonly path: string
  readonly upstreamPath: string
  request(body: Buffer): string | Buffer
  whole(body: Buffer): string | Buffer
  /** One function a stream: bytes of the provider → bytes for the client. */
  createStream(): (chunk: Buffer) => string | Buffer
}

const CONNECTIONS = 1024

/** uWebSockets.js in front, undici behind, nothing in between: what any gateway on these two has to pay. */
export async function serveBareProxy(argv: readonly string[], proxy: BareProxy): Promise<void> {
  const pool = new Pool(argument(argv, 'upstream') ?? '', { connections: CONNECTIONS, pipelining: 1 })
  await serve(argv, (app) => {
    app.post(proxy.path, (res) => {
      const call = new ProxyCall(res, proxy)
      readBody(res, (body) => {
        pool.dispatch(
          {
            path: proxy.upstreamPath,
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-api-key': 'x', 'anthropic-version': '2023-06-01' },
            body: proxy.request(body),
          },
          call,
        )
      })
    })
  })
}

class ProxyCall implements Dispatcher.DispatchHandler {
  readonly #res: HttpResponse
  readonly #proxy: BareProxy
  #controller: Dispatcher.DispatchController | undefined
  #stream: ((chunk: Buffer) => string | Buffer) | undefined
  #pieces: Buffer[] = []
  #status = '200 OK'
  #contentType = ''
  #headWritten = false
  #gone = false

  constructor(res: HttpResponse, proxy: BareProxy) {
    this.#res = res
    this.#proxy = proxy
    res.onAborted(() => {
      this.#gone = true
      this.#controller?.abort(new Error('client gone'))
    })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#gone) controller.abort(new Error('client gone'))
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = `${status}`
    this.#contentType = String(headers['content-type'] ?? 'application/octet-stream')
    if (!this.#contentType.startsWith('text/event-stream')) return
    this.#stream = this.#proxy.createStream()
    this.#res.onWritable(() => {
      controller.resume()
      return true
    })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#gone) return
    if (this.#stream === undefined) {
      this.#pieces.push(chunk)
      return
    }
    const bytes = this.#stream(chunk)
    if (bytes.length === 0) return
    this.#res.cork(() => {
      this.#writeHead()
      if (!this.#res.write(bytes)) controller.pause()
    })
  }

  onResponseEnd(): void {
    if (this.#gone) return
    this.#gone = true
    this.#res.cork(() => {
      this.#writeHead()
      if (this.#stream !== undefined) this.#res.end()
      else
        this.#res.end(
          this.#proxy.whole(this.#pieces.length === 1 ? (this.#pieces[0] ?? EMPTY) : Buffer.concat(this.#pieces)),
        )
    })
  }

  onResponseError(): void {
    if (this.#gone) return
    this.#gone = true
    this.#res.close()
  }

  /** With the first byte of the body, in one packet. */
  #writeHead(): void {
    if (this.#headWritten) return
    this.#headWritten = true
    this.#res.writeStatus(this.#status).writeHeader('content-type', this.#contentType)
  }
}

const EMPTY = Buffer.alloc(0)
