import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A provider on a real socket, whose every answer the test writes itself. */
export interface ProviderServer {
  readonly url: string
  readonly requests: CapturedRequest[]
  /** Answers the requests to come. */
  script(answer: Script): void
  openSockets(): number
  /** Resolves when no socket is open any more. */
  quiet(): Promise<void>
  close(): Promise<void>
}

export interface CapturedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly json: Record<string, unknown>
  /** Resolves when the gateway has closed the connection of this request. */
  readonly closed: Promise<void>
}

export type Script = (reply: Reply, request: CapturedRequest) => void | Promise<void>

export interface Reply {
  readonly response: ServerResponse
  readonly socket: Socket
  json(body: unknown, status?: number, headers?: Record<string, string>): void
  /** Begins an event stream; the test goes on with `write` and `end`. */
  open(headers?: Record<string, string>): void
  write(text: string | Buffer): void
  end(): void
  /** A whole event stream. */
  stream(text: string): void
  /** Closes the socket with a reset. */
  reset(): void
}

export async function startProviderServer(script: Script = (reply) => reply.json({}, 500)): Promise<ProviderServer> {
  const requests: CapturedRequest[] = []
  const sockets = new Set<Socket>()
  const onQuiet: (() => void)[] = []
  let current = script

  const server = createServer((request, response) => {
    void capture(request).then((captured) => {
      requests.push(captured)
      return current(createReply(request, response), captured)
    })
  })
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket) => {
    sockets.add(socket)
    // Each request on a kept connection listens for its close.
    socket.setMaxListeners(0)
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      if (sockets.size === 0) for (const resolve of onQuiet.splice(0)) resolve()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server has one
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    script(answer) {
      current = answer
    },
    openSockets: () => sockets.size,
    quiet: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => onQuiet.push(resolve))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

async function capture(request: IncomingMessage): Promise<CapturedRequest> {
  const closed = new Promise<void>((resolve) => request.socket.once('close', () => resolve()))
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding is set, so these are buffers
  const body = Buffer.concat(chunks).toString()
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body,
    json: body.startsWith('{') ? JSON.parse(body) : {},
    closed,
  }
}

function createReply(request: IncomingMessage, response: ServerResponse): Reply {
  const { socket } = request
  const reply: Reply = {
    response,
    socket,
    json(body, status = 200, headers = {}) {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    },
    open(headers = {}) {
      response.writeHead(200, { 'content-type': 'text/event-stream', ...headers })
      response.flushHeaders()
    },
    write(text) {
      response.write(text)
    },
    end() {
      response.end()
    },
    stream(text) {
      reply.open()
      response.end(text)
    },
    reset() {
      socket.resetAndDestroy()
    },
  }
  return reply
}
