import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { BodyCollector, type BodyLimits } from './body-collector.js'
import { createKernelSendQueues } from './kernel-send-queue.js'
import { BODY_GRACE_MS, HEADERS_TIMEOUT_MS, MAX_HEADER_BYTES, MAX_HEADER_COUNT } from './limits.js'
import { listenError } from './listen-error.js'
import { NodeResponse, type NodeServerState } from './node-response.js'
import { parseRequestTarget } from './request-target.js'
import { createSweeper } from './sweeper.js'
import type { Listen, ListenOptions, Transport } from './transport.js'

const SERVER_OPTIONS: ServerOptions = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_TIMEOUT_MS,
  connectionsCheckingInterval: 1000,
  // Bodies have a pace of their own, and answers take as long as they take.
  requestTimeout: 0,
  keepAliveTimeout: 10_000,
}
/** How long a client that sent nonsense may take to read why it is refused. */
const REFUSAL_MS = 500

export const listenNode: Listen = async (options) => {
  const server = await createHttpServer(options.tls)
  const bodyGraceMs = options.bodyGraceMs ?? BODY_GRACE_MS
  const state: NodeServerState = {
    sweeper: createSweeper(options.stalledClientMs, options.bodyIdleMs, bodyGraceMs),
    stalledClientMs: options.stalledClientMs,
    onStalledClient: options.onStalledClient,
    kernelQueues: undefined,
    stopping: false,
    unfinished: 0,
  }
  const limits: BodyLimits = { maxBytes: options.maxBodyBytes, idleMs: options.bodyIdleMs, graceMs: bodyGraceMs }
  serve(server, { options, state, limits })
  try {
    const port = await listenOn(server, options)
    state.kernelQueues = createKernelSendQueues(port)
    return openedTransport(server, port, state)
  } catch (error) {
    state.sweeper.stop()
    throw listenError(options.host, options.port, error instanceof Error ? error : new Error(String(error)))
  }
}

async function createHttpServer(tls: ListenOptions['tls']): Promise<Server> {
  if (tls === null) return createServer(SERVER_OPTIONS)
  const [cert, key] = await Promise.all([readFile(tls.cert), readFile(tls.key)])
  try {
    return createTlsServer({ ...SERVER_OPTIONS, cert, key })
  } catch (error) {
    throw new Error(`Certificate ${tls.cert} and key ${tls.key} cannot be used for TLS.`, { cause: error })
  }
}

function listenOn(server: Server, { host, port }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function openedTransport(server: Server, port: number, state: NodeServerState): Transport {
  return {
    kind: 'node',
    port,
    unfinished: () => state.unfinished,
    stopAccepting() {
      if (state.stopping) return
      state.stopping = true
      server.close()
      server.closeIdleConnections()
    },
    close() {
      this.stopAccepting()
      state.sweeper.stop()
      server.closeAllConnections()
    },
  }
}

interface Parts {
  readonly options: ListenOptions
  readonly state: NodeServerState
  readonly limits: BodyLimits
}

function serve(server: Server, { options, state, limits }: Parts): void {
  /** The request of each connection that is being handled, the latest if several are pipelined. */
  const current = new WeakMap<object, { response: NodeResponse; collector: BodyCollector | undefined }>()

  function accept(req: IncomingMessage, res: ServerResponse): void {
    const headers = copyHeaders(req.rawHeaders)
    const { path, query } = parseRequestTarget(req.url ?? '/')
    const declaredBytes = headers['content-length']
    const hasBody = declaredBytes !== undefined || headers['transfer-encoding'] !== undefined
    const collector = hasBody
      ? new BodyCollector(limits, declaredBytes === undefined ? undefined : Number(declaredBytes))
      : undefined
    const response = new NodeResponse(req, res, state, collector)
    current.set(req.socket, { response, collector })
    res.once('close', () => {
      if (current.get(req.socket)?.response === response) current.delete(req.socket)
      if (state.stopping) setImmediate(() => server.closeIdleConnections())
    })
    if (collector !== undefined) receive(req, collector, response)
    if (req.rawHeaders.length > MAX_HEADER_COUNT * 2) {
      response.writeHead(431, { 'content-type': 'text/plain', connection: 'close' })
      response.end('Too many request headers')
      return
    }
    options.onRequest(
      {
        method: req.method ?? 'GET',
        path,
        query,
        headers,
        remoteAddress: response.remoteAddress,
        body: () => collector?.body() ?? Promise.resolve(new Uint8Array(0)),
      },
      response,
    )
  }

  server.on('request', accept)
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    // A body that is refused anyway is not asked for.
    if (!(Number(req.headers['content-length']) > limits.maxBytes)) res.writeContinue()
    accept(req, res)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const underWay = current.get(socket)
    if (underWay === undefined) refuse(error, socket)
    // Nonsense behind a complete request does not take its answer away.
    else if (underWay.collector === undefined || underWay.collector.state === 'complete') underWay.response.makeLast()
    else if (underWay.response.isUntouched) refuse(error, socket)
    else socket.destroy()
  })
}

function receive(req: IncomingMessage, collector: BodyCollector, response: NodeResponse): void {
  req.on('data', (chunk: Buffer) => {
    collector.push(chunk)
    if (collector.state === 'failed') response.bodyDropped(chunk.byteLength)
  })
  req.once('end', () => {
    collector.complete()
    response.bodyArrived()
  })
}

/** Both servers give the same text: UTF-8, where node:http reads each byte as a character. */
function copyHeaders(raw: readonly string[]): Record<string, string | undefined> {
  // No prototype: a header named `constructor` is a header like any other.
  const headers: Record<string, string | undefined> = Object.create(null)
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    const value = decodeUtf8(raw[at + 1] ?? '')
    const earlier = headers[name]
    headers[name] = earlier === undefined ? value : `${earlier}, ${value}`
  }
  return headers
}

function decodeUtf8(latin1: string): string {
  return /[\x80-\xff]/.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1
}

const refused = new WeakSet<Socket>()

/** An error of the HTTP parser, before there is a request. The connection cannot be used any further. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (refused.has(socket)) return
  refused.add(socket)
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  socket.end(`HTTP/1.1 ${refusalStatus(error.code)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  setTimeout(() => socket.destroy(), REFUSAL_MS).unref()
}

function refusalStatus(code: string | undefined): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return '431 Request Header Fields Too Large'
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return '413 Payload Too Large'
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return '408 Request Timeout'
    default:
      return '400 Bad Request'
  }
}
