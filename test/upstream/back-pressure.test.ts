import { createHash, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { observe, settle, upstreamAt } from './observed-call.js'
import { startSocketServer } from './scripted-socket.js'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function start(answer: (socket: Socket) => void) {
  const server = await startSocketServer(answer)
  closers.push(server.close)
  const upstream = upstreamAt(server.url)
  closers.push(() => upstream.close())
  return { server, upstream }
}

const MEGABYTE = 1024 * 1024

test('a paused call takes next to nothing from a fast server, and the server feels it', async () => {
  let written = 0
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const { upstream } = await start((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${1024 * MEGABYTE}\r\n\r\n`)
    const more = () => {
      while (!socket.destroyed) {
        written += chunk.length
        if (!socket.write(chunk)) return
      }
    }
    socket.on('drain', more)
    more()
  })
  const observed = observe(upstream, {}, (_chunk, call) => call.pause())
  await observed.firstData
  let before = -1
  while (before !== written) {
    before = written
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(observed.bytes()).toBeLessThanOrEqual(64 * 1024)
  // What the two sockets' kernel buffers hold, and one buffer of ours.
  expect(written).toBeLessThan(16 * MEGABYTE)
  observed.call.resume()
  await settle()
  observed.call.abort()
})

test('two hundred paused calls from a fast server hold little memory', async () => {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const { upstream } = await start((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${1024 * MEGABYTE}\r\n\r\n`)
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    }
    socket.on('drain', more)
    more()
  })
  const calls = Array.from({ length: 200 }, () => observe(upstream, {}, (_chunk, call) => call.pause()))
  await Promise.all(calls.map((call) => call.firstData))
  await new Promise((resolve) => setTimeout(resolve, 300))
  const taken = calls.reduce((sum, call) => sum + call.bytes(), 0)
  expect(taken).toBeLessThanOrEqual(200 * 64 * 1024)
  for (const { call } of calls) call.abort()
})

describe.each([
  ['with a length', (body: Buffer) => ({ head: `content-length: ${body.length}`, pieces: [body] })],
  ['until the connection ends', (body: Buffer) => ({ head: 'connection: close', pieces: [body] })],
  ['in chunks', chunked],
])('a body %s', (_name, frame) => {
  test('arrives whole when every chunk pauses the call for a moment', async () => {
    const body = randomBytes(3 * MEGABYTE)
    const { head, pieces } = frame(body)
    const { upstream } = await start((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`)
      for (const piece of pieces) socket.write(piece)
      if (head === 'connection: close') socket.end()
    })
    let pauses = 0
    const observed = observe(upstream, {}, (_chunk, call) => {
      pauses += 1
      call.pause()
      if (pauses % 3 === 0) queueMicrotask(() => call.resume())
      else if (pauses % 3 === 1) setImmediate(() => call.resume())
      else call.resume()
    })
    await observed.over
    expect(observed.told).toEqual(['response 200', 'data', 'end'])
    expect(digest(observed.body())).toBe(digest(body))
    expect(pauses).toBeGreaterThan(10)
  })
})

test('a call paused before its answer begins gets it when resumed', async () => {
  const { upstream } = await start((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
  })
  const observed = observe(upstream)
  observed.call.pause()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(observed.told).toEqual([])
  observed.call.resume()
  await observed.over
  expect(observed.told).toEqual(['response 200', 'data', 'end'])
})

describe('the server closes while the call is paused', () => {
  const HELLO = 'hello'
  test.each([
    ['a whole body with a length', 'content-length: 10', HELLO + HELLO, 'end'],
    ['a whole body with a length, to be closed', 'connection: close\r\ncontent-length: 10', HELLO + HELLO, 'end'],
    ['a whole body without a length', 'connection: close', HELLO + HELLO, 'end'],
    ['whole chunks', 'transfer-encoding: chunked', '5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\n', 'end'],
    ['a short body', 'content-length: 11', HELLO + HELLO, 'error stream_truncated'],
    ['a short body, to be closed', 'connection: close\r\ncontent-length: 11', HELLO + HELLO, 'error stream_truncated'],
    ['chunks without the last', 'transfer-encoding: chunked', '5\r\nhello\r\n5\r\nhello\r\n', 'error stream_truncated'],
  ])('%s', async (_name, head, body, outcome) => {
    for (const cut of [5, body.length - 1, body.length]) {
      const { server, upstream } = await start((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body.slice(0, cut)}`)
        setTimeout(() => socket.end(body.slice(cut)), 20)
      })
      let paused = false
      const observed = observe(upstream, {}, (_chunk, call) => {
        if (!paused) call.pause()
        paused = true
      })
      await observed.responded
      await new Promise((resolve) => setTimeout(resolve, 60))
      observed.call.resume()
      await observed.over
      expect(observed.told.filter((what) => what !== 'data')).toEqual(['response 200', outcome])
      expect(observed.body().toString()).toBe(HELLO + HELLO)
      await server.quiet()
    }
  })

  test('by a reset, which is told at once', async () => {
    const { upstream } = await start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello')
      setTimeout(() => socket.resetAndDestroy(), 20)
    })
    const observed = observe(upstream, {}, (_chunk, call) => call.pause())
    await observed.over
    expect(observed.told).toEqual(['response 200', 'data', 'error stream_truncated'])
  })
})

test('one call may be resumed from the handler of another', async () => {
  const { upstream } = await start((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello')
    setTimeout(() => socket.write('again'), 30)
  })
  const first = observe(upstream, {}, (_chunk, call) => call.pause())
  await first.firstData
  const second = observe(upstream, {}, () => first.call.resume())
  await second.over
  while (first.told.at(-1) !== 'end') {
    first.call.resume()
    await settle(1)
  }
  expect([first.told, second.told]).toEqual([
    ['response 200', 'data', 'end'],
    ['response 200', 'data', 'end'],
  ])
})

function chunked(body: Buffer): { head: string; pieces: Buffer[] } {
  const pieces: Buffer[] = []
  for (let at = 0, size = 1; at < body.length; at += size, size = (size * 7) % 50_021) {
    const piece = body.subarray(at, at + size)
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  pieces.push(Buffer.from('0\r\n\r\n'))
  return { head: 'transfer-encoding: chunked', pieces }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
