import type { HttpResponse, TemplatedApp } from 'uWebSockets.js'
import { loadUws } from '../../src/transport/uws.js'

/** Any 200 tells the bench that the server is up. */
const READY_PATH = '/ready'

/**
 * A uWebSockets.js server on the loopback at the `--port` of the command line. Ends with whoever started it: when
 * standard input closes.
 */
export async function serve(argv: readonly string[], addRoutes: (app: TemplatedApp) => void): Promise<void> {
  const port = Number(argument(argv, 'port') ?? 0)
  const uws = await loadUws()
  const app = uws.App()
  app.get(READY_PATH, (res) => {
    res.end('ok')
  })
  addRoutes(app)
  app.listen('127.0.0.1', port, (socket) => {
    if (socket === false) {
      console.error(`cannot listen on 127.0.0.1:${port}`)
      process.exit(1)
    }
    console.log(`listening on http://127.0.0.1:${uws.us_socket_local_port(socket)}`)
  })
  if (!process.stdin.isTTY) process.stdin.on('end', () => process.exit(0)).resume()
}

export function argument(argv: readonly string[], name: string): string | undefined {
  const at = argv.indexOf(`--${name}`)
  return at === -1 ? undefined : argv[at + 1]
}

/** The body in one piece, copied: uWebSockets.js takes its memory back after each callback. */
export function readBody(res: HttpResponse, take: (body: Buffer) => void): void {
  let pieces: Buffer[] | undefined
  res.onData((chunk, isLast) => {
    if (isLast && pieces === undefined) return take(Buffer.from(Buffer.from(chunk)))
    pieces ??= []
    pieces.push(Buffer.from(Buffer.from(chunk)))
    if (isLast) take(Buffer.concat(pieces))
  })
}
