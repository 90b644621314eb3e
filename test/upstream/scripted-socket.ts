import net, { type AddressInfo, type Socket } from 'node:net'

/** A TCP server that a test plays byte by byte: HTTP as it should be, and as it should not. */
export interface SocketServer {
  readonly port: number
  readonly url: string
  /** Connections so far. */
  readonly accepted: () => number
  readonly openSockets: () => number
  /** Resolves when no connection is open. */
  readonly quiet: () => Promise<void>
  readonly close: () => Promise<void>
}

/** @param onRequest called with the head of each request, once its body has come too */
export async function startSocketServer(
  onRequest: (socket: Socket, request: string) => unknown,
  onConnection: (socket: Socket) => void = () => undefined,
): Promise<SocketServer> {
  const sockets = new Set<Socket>()
  let accepted = 0
  let whenQuiet: (() => void)[] = []
  const server = net.createServer((socket) => {
    accepted += 1
    sockets.add(socket)
    // A reset by the other side is what many of these tests are about.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      if (sockets.size === 0) for (const resolve of whenQuiet.splice(0)) resolve()
    })
    onConnection(socket)
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      for (let end = requestEnd(received); end !== -1; end = requestEnd(received)) {
        const request = received.slice(0, end)
        received = received.slice(end)
        void onRequest(socket, request)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    accepted: () => accepted,
    openSockets: () => sockets.size,
    quiet: () => new Promise((resolve) => (sockets.size === 0 ? resolve() : whenQuiet.push(resolve))),
    async close() {
      whenQuiet = []
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function requestEnd(received: string): number {
  const head = received.indexOf('\r\n\r\n')
  if (head === -1) return -1
  const length = /^content-length: (\d+)\r?$/im.exec(received.slice(0, head + 2))?.[1] ?? '0'
  const end = head + 4 + Number(length)
  return received.length < end ? -1 : end
}
