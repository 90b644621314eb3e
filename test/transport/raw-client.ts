import { connect as connectTcp, type Socket } from 'node:net'

/** A connection that shows what really goes over the wire. */
export interface RawClient {
  readonly socket: Socket
  /** All that has come so far, one character a byte. */
  readonly received: string
  readonly length: number
  /** The last seven characters. */
  readonly tail: string
  readonly closed: boolean
  send(data: string | Uint8Array): void
  /** Resolves when the predicate holds, checked on every arrival and on close. */
  until(predicate: (client: RawClient) => boolean): Promise<string>
  untilClosed(): Promise<string>
  destroy(): void
}

export function connectRaw(port: number, socket: Socket = connectTcp(port, '127.0.0.1')): RawClient {
  // Flattened only when somebody looks: a string that grows by pieces is copied whole at each look.
  let text = ''
  let pieces: string[] = []
  let tail = ''
  let length = 0
  let closed = false
  const checks = new Set<() => void>()
  const check = (): void => {
    for (const one of checks) one()
  }
  socket.on('data', (chunk) => {
    const piece = chunk.toString('latin1')
    pieces.push(piece)
    length += piece.length
    tail = (tail + piece.slice(-7)).slice(-7)
    check()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
    check()
  })
  const flatten = (): string => {
    if (pieces.length > 0) text += pieces.join('')
    pieces = []
    return text
  }
  const client: RawClient = {
    socket,
    get received() {
      return flatten()
    },
    get length() {
      return length
    },
    get tail() {
      return tail
    },
    get closed() {
      return closed
    },
    send: (data) => {
      socket.write(data)
    },
    until: (predicate) =>
      new Promise((resolve, reject) => {
        const one = (): void => {
          if (predicate(client)) {
            checks.delete(one)
            resolve(flatten())
          } else if (closed) {
            checks.delete(one)
            reject(new Error(`The connection was closed before; got ${JSON.stringify(flatten().slice(0, 500))}`))
          }
        }
        checks.add(one)
        one()
      }),
    untilClosed: () =>
      new Promise((resolve) => {
        const one = (): void => {
          if (!closed) return
          checks.delete(one)
          resolve(flatten())
        }
        checks.add(one)
        one()
      }),
    destroy: () => socket.destroy(),
  }
  return client
}

interface RawResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  /** What came behind the answer. */
  readonly rest: string
}

/** Reads one answer off the front of what has come; undefined when it is not complete yet. */
function parseRaw(received: string, isHead = false): RawResponse | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = received.slice(0, headEnd).split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (name in headers) throw new Error(`The answer repeats ${name}`)
    headers[name] = line.slice(colon + 1).trim()
  }
  const after = received.slice(headEnd + 4)
  if (status === 100) return parseRaw(after, isHead)
  if (isHead || status === 204 || status === 304) return { status, headers, body: '', rest: after }
  if (headers['transfer-encoding'] === 'chunked') return dechunk(status, headers, after)
  const length = Number(headers['content-length'] ?? Number.NaN)
  if (Number.isNaN(length)) throw new Error(`The answer has no length: ${JSON.stringify(received.slice(0, 300))}`)
  return after.length < length
    ? undefined
    : { status, headers, body: after.slice(0, length), rest: after.slice(length) }
}

function dechunk(status: number, headers: Record<string, string>, text: string): RawResponse | undefined {
  let body = ''
  let at = 0
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const line = text.slice(at, lineEnd)
    if (!/^[0-9a-f]+$/i.test(line)) throw new Error(`Not a chunk size: ${JSON.stringify(line.slice(0, 50))}`)
    const size = Number.parseInt(line, 16)
    const end = lineEnd + 2 + size
    if (text.length < end + 2) return undefined
    if (text.slice(end, end + 2) !== '\r\n') throw new Error('A chunk does not end where it says')
    body += text.slice(lineEnd + 2, end)
    at = end + 2
    if (size === 0) return { status, headers, body, rest: text.slice(at) }
  }
}

/** One whole answer. What is surely not complete yet is not looked at, or large answers would take minutes. */
export async function response(client: RawClient, isHead = false): Promise<RawResponse> {
  let parsed: RawResponse | undefined
  await client.until(({ length }) => length > 0)
  const declared = declaredLength(client.received)
  await client.until(({ length, tail }) => {
    const mayBeComplete = declared === undefined ? tail.endsWith('\r\n0\r\n\r\n') : length >= declared
    if (length > 100_000 && !mayBeComplete) return false
    parsed = parseRaw(client.received, isHead)
    return parsed !== undefined
  })
  if (parsed === undefined) throw new Error('unreachable')
  return parsed
}

function declaredLength(received: string): number | undefined {
  const text = /\r\ncontent-length: (\d+)\r\n/i.exec(received)?.[1]
  return text === undefined ? undefined : Number(text)
}

/** A promise and what settles it. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let settle: (value: T) => void = () => {}
  const promise = new Promise<T>((resolve) => {
    settle = resolve
  })
  return { promise, resolve: settle }
}
