import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A host of model files on a real socket, which serves ranges as it should until it is told to behave otherwise. */
export interface FileServer {
  readonly url: string
  readonly requests: readonly { readonly url: string; readonly headers: IncomingMessage['headers'] }[]
  /** The next requests get these, in this order; those after them the proper answer. */
  misbehave(...behaviours: readonly Behaviour[]): void
  /** So does every request from now on. */
  alwaysMisbehave(behaviour: Behaviour | undefined): void
  close(): Promise<void>
}

export type Behaviour = (exchange: Exchange) => void

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Of the file that is asked for; undefined if there is none. */
  readonly content: Buffer | undefined
  serve(content?: Buffer): void
}

/** @param files by path below the server's address */
export async function startFileServer(files: ReadonlyMap<string, Buffer>): Promise<FileServer> {
  const requests: { url: string; headers: IncomingMessage['headers'] }[] = []
  const queue: Behaviour[] = []
  let always: Behaviour | undefined
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    requests.push({ url, headers: { ...request.headers } })
    const content = files.get(url.replace(/\?.*$/, ''))
    const serve = (other = content): void => serveProperly(request, response, other)
    const behaviour = queue.shift() ?? always ?? (({ serve }) => serve())
    behaviour({ request, response, content, serve })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    misbehave: (...behaviours) => void queue.push(...behaviours),
    alwaysMisbehave: (behaviour) => {
      always = behaviour
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

const ETAG = '"version-1"'

function serveProperly(request: IncomingMessage, response: ServerResponse, content: Buffer | undefined): void {
  if (content === undefined) {
    response.writeHead(404).end('Entry not found')
    return
  }
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const ifRange = request.headers['if-range']
  const headers = { etag: ETAG, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' }
  if (start === 0 || (ifRange !== undefined && ifRange !== ETAG)) {
    response.writeHead(200, { ...headers, 'content-length': content.length }).end(content)
  } else if (start >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
  } else {
    const range = `bytes ${start}-${content.length - 1}/${content.length}`
    const rest = content.subarray(start)
    response.writeHead(206, { ...headers, 'content-range': range, 'content-length': rest.length }).end(rest)
  }
}

/** Sends the proper head and so many bytes of the body, then cuts the connection. */
export function cutAfter(bytes: number): Behaviour {
  return ({ response, serve }) => {
    let left = bytes
    const end = response.end.bind(response)
    response.end = ((body?: Buffer) => {
      if (body === undefined) return end()
      response.write(body.subarray(0, left), () => response.destroy())
      left = 0
      return response
    }) as typeof response.end // only called with a body or with nothing
    serve()
  }
}

/** Sends the proper head and so many bytes of the body, then nothing more. */
export function silentAfter(bytes: number): Behaviour {
  return ({ response, serve }) => {
    response.end = ((body?: Buffer) => {
      if (body !== undefined) response.write(body.subarray(0, bytes))
      return response
    }) as typeof response.end // only called with a body or with nothing
    serve()
  }
}

/** Sends the proper head and then a byte at a time. */
export function trickle(everyMs: number): Behaviour {
  return ({ response, serve }) => {
    response.end = ((body?: Buffer) => {
      let sent = 0
      const timer = setInterval(() => response.write(body?.subarray(sent, ++sent) ?? ''), everyMs)
      response.on('close', () => clearInterval(timer))
      return response
    }) as typeof response.end // only called with a body or with nothing
    serve()
  }
}

/** The right size, with one bit of the file turned over. */
export const corrupt: Behaviour = ({ content, serve }) => {
  const other = Buffer.from(content ?? '')
  const at = Math.floor(other.length / 2)
  other[at] = (other[at] ?? 0) ^ 1
  serve(other)
}

/** 200 with the whole file, whatever was asked for. */
export const refuseRanges: Behaviour = ({ request, serve }) => {
  delete request.headers.range
  serve()
}

export function answer(status: number, headers: Record<string, string> = {}, body = ''): Behaviour {
  return ({ response }) => void response.writeHead(status, headers).end(body)
}

export function redirectTo(location: (path: string) => string, status = 302): Behaviour {
  return ({ request, response }) => void response.writeHead(status, { location: location(request.url ?? '') }).end()
}
