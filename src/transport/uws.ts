import type { HttpRequest, HttpResponse, TemplatedApp, us_listen_socket } from 'uWebSockets.js'
import { readFile } from 'node:fs/promises'
import { GatewayError } from '../core/errors.js'
import { BodyCollector, type BodyLimits } from './body-collector.js'
import { BODY_GRACE_MS, MAX_HEADER_BYTES } from './limits.js'
import { listenError, probeListen } from './listen-error.js'
import { createSweeper } from './sweeper.js'
import type { Listen, ListenOptions, Transport } from './transport.js'
import { UwsRequest } from './uws-request.js'
import { UwsResponse, type UwsServerState } from './uws-response.js'

type Uws = typeof import('uWebSockets.js')

/** Without SO_REUSEPORT, by which several processes would silently share the port. */
const EXCLUSIVE_PORT = 1

/**
 * Loads the native library.
 * @throws what the package throws where it has no binary for this platform and Node.js.
 */
export async function loadUws(): Promise<Uws> {
  // Read once, when the library loads. Its own limit of 4 KiB is less than real clients send.
  process.env.UWS_HTTP_MAX_HEADERS_SIZE ??= String(MAX_HEADER_BYTES)
  const loaded: Uws & { readonly default?: Uws } = await import('uWebSockets.js')
  // The official build is CommonJS, the repack is a module.
  return loaded.default?.App === undefined ? loaded : loaded.default
}

/**
 * uWebSockets.js. Known limits of its own:
 * - A request that is pipelined behind one whose answer is still to come makes it close the connection.
 * - A client that closes its sending side counts as gone, and HTTP/1.0 is answered 505.
 * - Idle connections cannot be told apart, so that after `stopAccepting` they live on for up to 12 s.
 * - The repack of 2024 takes a request line that is torn between two packets for a wrong HTTP version (505), and drops
 *   characters beyond ASCII from the end of header values.
 */
export const listenUws: Listen = async (options) => {
  const uws = await loadUws()
  const app = await createApp(uws, options)
  const server: UwsServerState = {
    sweeper: createSweeper(options.stalledClientMs, options.bodyIdleMs, options.bodyGraceMs ?? BODY_GRACE_MS),
    stalledClientMs: options.stalledClientMs,
    onStalledClient: options.onStalledClient,
    stopping: false,
    unfinished: 0,
  }
  const limits: BodyLimits = {
    maxBytes: options.maxBodyBytes,
    idleMs: options.bodyIdleMs,
    graceMs: options.bodyGraceMs ?? BODY_GRACE_MS,
  }
  app.any('/*', (res, req) => accept(res, req, { options, server, limits }))

  const socket = listenOn(app, options)
  if (socket === false) {
    server.sweeper.stop()
    const cause = (await probeListen(options.host, options.port)) ?? new Error('the server gave no reason.')
    throw listenError(options.host, options.port, cause)
  }
  return openedTransport(uws, app, socket, server)
}

function openedTransport(uws: Uws, app: TemplatedApp, socket: us_listen_socket, server: UwsServerState): Transport {
  let closed = false
  return {
    kind: 'uws',
    port: uws.us_socket_local_port(socket),
    unfinished: () => server.unfinished,
    stopAccepting() {
      if (server.stopping) return
      server.stopping = true
      uws.us_listen_socket_close(socket)
    },
    close() {
      if (closed) return
      closed = true
      this.stopAccepting()
      server.sweeper.stop()
      app.close()
    },
  }
}

async function createApp(uws: Uws, options: ListenOptions): Promise<TemplatedApp> {
  if (options.tls === null) return uws.App()
  const { cert, key } = options.tls
  // The library says only that it failed; reading the files first says which and why.
  await Promise.all([readFile(cert), readFile(key)])
  try {
    return uws.SSLApp({ cert_file_name: cert, key_file_name: key })
  } catch (error) {
    throw new Error(`Certificate ${cert} and key ${key} cannot be used for TLS.`, { cause: error })
  }
}

function listenOn(app: TemplatedApp, { host, port }: ListenOptions): us_listen_socket | false {
  let result: us_listen_socket | false = false
  // The types know of host or options; the library takes both, as its documentation says of its C++ side.
  const listen = app.listen as unknown as (
    this: TemplatedApp,
    host: string,
    port: number,
    options: number,
    callback: (socket: us_listen_socket | false) => void,
  ) => void
  listen.call(app, host, port, EXCLUSIVE_PORT, (socket) => {
    result = socket
  })
  return result
}

interface Server {
  readonly options: ListenOptions
  readonly server: UwsServerState
  readonly limits: BodyLimits
}

/** `req` and its strings die with this call, and so does each chunk of the body with its callback. */
function accept(res: HttpResponse, req: HttpRequest, { options, server, limits }: Server): void {
  const method = req.getCaseSensitiveMethod().toUpperCase()
  const path = req.getUrl()
  // Typed as a string, but undefined when there is no `?`.
  const query: string | undefined = req.getQuery()
  // No prototype: a header named `constructor` is a header like any other.
  const headers: Record<string, string | undefined> = Object.create(null)
  req.forEach((name, value) => {
    const earlier = headers[name]
    headers[name] = earlier === undefined ? value : `${earlier}, ${value}`
  })
  const framing = bodyFraming(headers)
  const collector = framing.kind === 'none' ? undefined : new BodyCollector(limits, framing.declaredBytes)
  const closes = headers.connection?.toLowerCase() === 'close'
  const response = new UwsResponse(res, server, { isHead: method === 'HEAD', closes }, collector)
  if (collector !== undefined) receive(res, collector, response)

  if (framing.kind === 'invalid') {
    collector?.fail(new GatewayError('invalid_request', 'The request has contradicting lengths.'))
    response.writeHead(400, { 'content-type': 'text/plain' })
    response.end('Bad Request')
    return
  }
  options.onRequest(new UwsRequest({ method, path, query: query ?? '', headers }, response, collector), response)
}

function receive(res: HttpResponse, collector: BodyCollector, response: UwsResponse): void {
  res.onData((chunk, isLast) => {
    if (chunk.byteLength > 0) collector.push(new Uint8Array(chunk))
    if (collector.state === 'failed') response.bodyDropped(chunk.byteLength)
    if (!isLast) return
    collector.complete()
    response.bodyArrived()
  })
}

interface BodyFraming {
  readonly kind: 'none' | 'length' | 'chunked' | 'invalid'
  readonly declaredBytes?: number
}

/** The library reads the first length of several and takes every transfer coding for chunked; we are stricter. */
function bodyFraming(headers: Readonly<Record<string, string | undefined>>): BodyFraming {
  const coding = headers['transfer-encoding']
  const length = headers['content-length']
  if (coding !== undefined) {
    return { kind: coding.toLowerCase() === 'chunked' && length === undefined ? 'chunked' : 'invalid' }
  }
  if (length === undefined) return { kind: 'none' }
  if (!/^\d{1,18}$/.test(length)) return { kind: 'invalid' }
  return { kind: 'length', declaredBytes: Number(length) }
}
