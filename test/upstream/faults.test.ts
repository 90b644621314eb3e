import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { observe, settle, upstreamAt } from './observed-call.js'
import { startSocketServer } from './scripted-socket.js'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function open(...args: Parameters<typeof upstreamAt>) {
  const upstream = upstreamAt(...args)
  closers.push(() => upstream.close())
  return upstream
}

async function serve(...args: Parameters<typeof startSocketServer>) {
  const server = await startSocketServer(...args)
  closers.push(server.close)
  return server
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('no connection', () => {
  test('refused: upstream_error that names host and port, and nothing of the request', async () => {
    const port = await freePort()
    const observed = observe(open(`http://127.0.0.1:${port}/base?key=sk-planted-1`), {
      path: '/v1/x?key=sk-planted-2',
      headers: { authorization: 'Bearer sk-planted-3' },
    })
    await observed.over
    expect(observed.told).toEqual(['error upstream_error'])
    expect(observed.error()?.message).toBe(
      `The gateway could not connect to the provider at 127.0.0.1:${port}: connection refused.`,
    )
    expect(observed.error()?.row.recovery).toBe('retry')
    expect(JSON.stringify(observed.error(), null, 1) + String(observed.error()?.cause)).not.toContain('planted')
  })

  test('refused on every address of a name', async () => {
    const observed = observe(open(`http://localhost:${await freePort()}`))
    await observed.over
    expect(observed.told).toEqual(['error upstream_error'])
    expect(observed.error()?.message).toContain('connection refused')
  })

  test('a refused upstream is asked again by the next call, and works once it is there', async () => {
    const port = await freePort()
    const upstream = open(`http://localhost:${port}`)
    await observe(upstream).over
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    closers.push(() => new Promise((resolve) => server.close(resolve)))
    const observed = observe(upstream)
    await observed.over
    expect(observed.told).toEqual(['response 204', 'end'])
  })

  test('a name that does not exist', async () => {
    const observed = observe(open('http://no-such-provider.invalid:8443'))
    await observed.over
    expect(observed.told).toEqual(['error upstream_error'])
    expect(observed.error()?.message).toMatch(/no-such-provider\.invalid:8443: its name could not be resolved/)
  })

  test('a server that accepts and never answers the TLS greeting: upstream_timeout', async () => {
    const server = await serve(() => undefined)
    const observed = observe(open(server.url.replace('http:', 'https:'), { connectTimeoutMs: 150 }))
    await observed.over
    expect(observed.told).toEqual(['error upstream_timeout'])
    expect(observed.error()?.message).toBe(`The provider at 127.0.0.1:${server.port} gave no connection within 150 ms.`)
    await server.quiet()
  })

  test.runIf(process.platform === 'linux')('a host that answers no SYN: upstream_timeout', async () => {
    const hole = await startBlackHole()
    const observed = observe(open(`http://127.0.0.1:${hole.port}`, { connectTimeoutMs: 200 }))
    await observed.over
    expect(observed.told).toEqual(['error upstream_timeout'])
  })
})

/**
 * A listener that never accepts, with its backlog filled up: the kernel drops further connection attempts, as a
 * firewall would.
 */
async function startBlackHole(): Promise<{ port: number }> {
  const script = `
    const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port) + '\\n')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  const port = Number(String(line))
  const fillers = Array.from({ length: 8 }, () => net.connect(port, '127.0.0.1').on('error', () => undefined))
  // With room for two, two get through; only then is it full.
  await Promise.race(fillers.map((filler) => once(filler, 'connect')))
  await new Promise((resolve) => setTimeout(resolve, 100))
  closers.push(async () => {
    for (const filler of fillers) filler.destroy()
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  return { port }
}

const OK = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`

interface Fault {
  readonly name: string
  readonly serve: (socket: Socket) => void
  readonly told: readonly string[]
  readonly message?: RegExp
}

const FAULTS: readonly Fault[] = [
  {
    name: 'reset before the headers',
    serve: (socket) => socket.resetAndDestroy(),
    told: ['error upstream_error'],
    message: /closed the connection before it answered/,
  },
  {
    name: 'closed before the headers',
    serve: (socket) => socket.end(),
    told: ['error upstream_error'],
    message: /closed the connection before it answered/,
  },
  {
    name: 'half a status line, then closed',
    serve: (socket) => socket.end('HTTP/1.1 20'),
    told: ['error upstream_error'],
  },
  {
    name: 'half a head, then reset',
    serve: (socket) => later(socket, `${OK}content-type: text`, () => socket.resetAndDestroy()),
    told: ['error upstream_error'],
  },
  {
    name: 'garbage instead of HTTP',
    serve: (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
    told: ['error upstream_error'],
    message: /not HTTP\/1\.1/,
  },
  {
    name: 'a TLS alert instead of HTTP',
    serve: (socket) => socket.write(Buffer.from('15030300020228', 'hex')),
    told: ['error upstream_error'],
    message: /not HTTP\/1\.1/,
  },
  {
    name: 'a header line that is none',
    serve: (socket) => socket.write(`${OK}content-length: 5\r\nbad\x00header\r\n\r\nhello`),
    told: ['error upstream_error'],
  },
  {
    name: 'two lengths that contradict each other',
    serve: (socket) => socket.write(`${OK}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`),
    told: ['error upstream_error'],
  },
  {
    name: 'a length beside chunks, as in request smuggling',
    serve: (socket) => socket.write(`${OK}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
    told: ['error upstream_error'],
  },
  {
    name: 'one header above the limit',
    serve: (socket) => socket.write(`${OK}x-big: ${'a'.repeat(40_000)}\r\n\r\n`),
    told: ['error upstream_error'],
    message: /more than 32768 bytes of headers/,
  },
  {
    name: 'headers without end',
    serve: (socket) => endlessly(socket, OK, (i) => `x-${i}: ${'b'.repeat(100)}\r\n`),
    told: ['error upstream_error'],
    message: /more than 32768 bytes of headers/,
  },
  {
    name: 'a header name without end',
    serve: (socket) => endlessly(socket, OK, () => 'c'.repeat(1000)),
    told: ['error upstream_error'],
    message: /more than 32768 bytes of headers/,
  },
  {
    name: 'an upgrade nobody asked for',
    serve: (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'),
    told: ['error upstream_error'],
  },
  {
    name: '200, then closed without a byte of the announced body',
    serve: (socket) => later(socket, `${OK}content-length: 10\r\n\r\n`, () => socket.end()),
    told: ['response 200', 'error stream_truncated'],
  },
  {
    name: 'a body shorter than its length',
    serve: (socket) => later(socket, `${OK}content-length: 10\r\n\r\nhello`, () => socket.end()),
    told: ['response 200', 'data', 'error stream_truncated'],
    message: /broke off in the middle of its answer/,
  },
  {
    name: 'a body shorter than its length on a connection that was to close',
    serve: (socket) => later(socket, `${OK}connection: close\r\ncontent-length: 10\r\n\r\nhello`, () => socket.end()),
    told: ['response 200', 'data', 'error stream_truncated'],
  },
  {
    name: 'reset in a chunked body',
    serve: (socket) => later(socket, `${CHUNKED}5\r\nhello\r\n`, () => socket.resetAndDestroy()),
    told: ['response 200', 'data', 'error stream_truncated'],
    message: /reset/i,
  },
  {
    name: 'reset in a body without a length',
    serve: (socket) => later(socket, `${OK}connection: close\r\n\r\nhello`, () => socket.resetAndDestroy()),
    told: ['response 200', 'data', 'error stream_truncated'],
  },
  {
    name: 'closed between two chunks, so that only the last chunk is missing',
    serve: (socket) => later(socket, `${CHUNKED}5\r\nhello\r\n`, () => socket.end()),
    told: ['response 200', 'data', 'error stream_truncated'],
  },
  {
    name: 'closed inside a chunk',
    serve: (socket) => later(socket, `${CHUNKED}ff\r\nhello`, () => socket.end()),
    told: ['response 200', 'data', 'error stream_truncated'],
  },
  {
    name: 'closed between two chunks on a connection that was to close',
    serve: (socket) =>
      later(socket, `${OK}connection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`, () => socket.end()),
    told: ['response 200', 'data', 'error stream_truncated'],
  },
  {
    name: 'a chunk size that is no number',
    serve: (socket) => socket.write(`${CHUNKED}5\r\nhello\r\nzz\r\n`),
    told: ['response 200', 'data', 'error stream_truncated'],
    message: /not HTTP\/1\.1/,
  },
  {
    name: 'trailers without end',
    serve: (socket) => endlessly(socket, `${CHUNKED}5\r\nhello\r\n0\r\n`, (i) => `x-${i}: ${'d'.repeat(100)}\r\n`),
    told: ['response 200', 'data', 'error stream_truncated'],
  },
]

test.each(FAULTS)('$name → $told', async ({ serve: misbehave, told, message }) => {
  const server = await serve((socket, request) => {
    if (request.includes('/good')) socket.write(`${OK}content-length: 2\r\n\r\nok`)
    else misbehave(socket)
  })
  const upstream = open(server.url)
  const observed = observe(upstream)
  await observed.over
  await settle()
  expect(observed.told).toEqual(told)
  expect(observed.error()?.message).toMatch(message ?? /./)
  expect(observed.error()?.row.recovery).toBe('retry')
  await server.quiet()

  const next = observe(upstream, { path: '/good' })
  await next.over
  expect(next.told).toEqual(['response 200', 'data', 'end'])
})

test.each([
  ['closes', (socket: Socket) => socket.end()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
])('a server that %s every connection as it comes is one error a call', async (_name, hangUp) => {
  const server = await serve(() => undefined, hangUp)
  const upstream = open(server.url)
  for (let calls = 1; calls <= 3; calls += 1) {
    const observed = observe(upstream)
    await observed.over
    await server.quiet()
    expect(observed.told).toEqual(['error upstream_error'])
    expect(server.accepted()).toBe(calls)
  }
})

test('a socket that dies under a request on a used connection is one error, and the request is not sent twice', async () => {
  let requests = 0
  const server = await serve((socket) => {
    requests += 1
    if (requests === 1) socket.write(`${OK}content-length: 2\r\n\r\nok`)
    else socket.resetAndDestroy()
  })
  const upstream = open(server.url)
  await observe(upstream).over
  const observed = observe(upstream)
  await observed.over
  await server.quiet()
  expect(observed.told).toEqual(['error upstream_error'])
  expect([requests, server.accepted()]).toEqual([2, 1])
})

test('headers that come slowly are waited for: limits on silence are not this layer’s', async () => {
  const server = await serve(async (socket) => {
    for (const line of [OK, 'x-a: b\r\n', 'content-length: 2\r\n', '\r\n', 'ok']) {
      socket.write(line)
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
  })
  const observed = observe(open(server.url, { connectTimeoutMs: 100 }))
  await observed.over
  expect(observed.told).toEqual(['response 200', 'data', 'end'])
})

test('a server that closes its sending half after a whole answer has answered', async () => {
  const server = await serve((socket) => socket.end(`${OK}content-length: 2\r\n\r\nok`))
  const observed = observe(open(server.url))
  await observed.over
  expect(observed.told).toEqual(['response 200', 'data', 'end'])
  await server.quiet()
})

/** Writes, and goes on when the other side has surely read it. */
function later(socket: Socket, text: string, then: () => void): void {
  socket.write(text)
  setTimeout(then, 20)
}

function endlessly(socket: Socket, start: string, line: (i: number) => string): void {
  socket.write(start)
  let i = 0
  const more = () => {
    while (!socket.destroyed && socket.write(line(i++))) {
      if (i % 50 === 0) return void setImmediate(more)
    }
  }
  socket.on('drain', more)
  more()
}
