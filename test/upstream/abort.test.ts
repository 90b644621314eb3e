import { afterEach, describe, expect, test } from 'vitest'
import { type ObservedCall, observe, settle, upstreamAt } from './observed-call.js'
import { type SocketServer, startSocketServer } from './scripted-socket.js'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
const CHUNK = '5\r\nhello\r\n'

/** Answers by path: silent, half an answer, or one without end. */
async function start(options: Parameters<typeof upstreamAt>[1] = {}) {
  let requested: () => void = () => undefined
  const firstRequest = new Promise<void>((resolve) => {
    requested = resolve
  })
  const server = await startSocketServer((socket, request) => {
    requested()
    if (request.includes('/silent')) return
    socket.write(HEAD)
    if (request.includes('/head')) return
    socket.write(CHUNK)
    if (request.includes('/half')) return
    const big = Buffer.alloc(64 * 1024, 'x')
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), big, Buffer.from('\r\n')])
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    }
    socket.on('drain', more)
    more()
  })
  closers.push(server.close)
  const upstream = upstreamAt(server.url, options)
  closers.push(() => upstream.close())
  return { server, upstream, firstRequest }
}

/** After the abort: the server sees the close, and the handler hears nothing any more. */
async function expectGone(observed: ObservedCall, server: SocketServer): Promise<void> {
  const told = [...observed.told]
  const bytes = observed.bytes()
  observed.call.abort()
  await server.quiet()
  observed.call.pause()
  observed.call.resume()
  observed.call.abort()
  await settle()
  expect(observed.told).toEqual(told)
  expect(observed.bytes()).toBe(bytes)
}

describe('abort closes the socket and silences the handler', () => {
  test('at once after send', async () => {
    const { server, upstream } = await start()
    await expectGone(observe(upstream, { path: '/half' }), server)
  })

  test('while it connects, with no time for the connection to open', async () => {
    const server = await startSocketServer(() => undefined)
    closers.push(server.close)
    // The TLS greeting is never answered, so this call connects until it is aborted.
    const upstream = upstreamAt(server.url.replace('http:', 'https:'))
    closers.push(() => upstream.close())
    const observed = observe(upstream)
    while (server.openSockets() === 0) await settle(1)
    await expectGone(observed, server)
  })

  test('while it waits for a connection', async () => {
    const { server, upstream, firstRequest } = await start({ maxConnections: 1 })
    const first = observe(upstream, { path: '/silent' })
    const queued = observe(upstream, { path: '/half' })
    const next = observe(upstream, { path: '/half' })
    await firstRequest
    queued.call.abort()
    first.call.abort()
    await next.firstData
    await expectGone(next, server)
    expect([first.told, queued.told]).toEqual([[], []])
    expect(server.accepted()).toBe(2)
  })

  test('while it waits for headers', async () => {
    const { server, upstream, firstRequest } = await start()
    const observed = observe(upstream, { path: '/silent' })
    await firstRequest
    await expectGone(observed, server)
  })

  test('between headers and body', async () => {
    const { server, upstream } = await start()
    const observed = observe(upstream, { path: '/head' })
    await observed.responded
    await expectGone(observed, server)
  })

  test('mid-body, silent', async () => {
    const { server, upstream } = await start()
    const observed = observe(upstream, { path: '/half' })
    await observed.firstData
    await expectGone(observed, server)
  })

  test('mid-body, at full speed', async () => {
    const { server, upstream } = await start()
    const observed = observe(upstream, { path: '/endless' })
    await observed.firstData
    await expectGone(observed, server)
  })

  test('mid-body, paused', async () => {
    const { server, upstream } = await start()
    const observed = observe(upstream, { path: '/endless' }, (_chunk, call) => call.pause())
    await observed.firstData
    await settle()
    await expectGone(observed, server)
  })

  test('between resume and the bytes it brings', async () => {
    const { server, upstream } = await start()
    const observed = observe(upstream, { path: '/endless' }, (_chunk, call) => call.pause())
    await observed.firstData
    await settle()
    observed.call.resume()
    await expectGone(observed, server)
  })

  test('from inside the handler', async () => {
    const { server, upstream } = await start()
    const observed = observe(upstream, { path: '/endless' }, (_chunk, call) => call.abort())
    await observed.firstData
    await server.quiet()
    await settle()
    expect(observed.told).toEqual(['response 200', 'data'])
    expect(observed.bytes()).toBe(5)
  })
})

test('an abort in the tick of a failure silences it too', async () => {
  const upstream = upstreamAt('http://127.0.0.1:9', { headers: {} })
  closers.push(() => upstream.close())
  const observed = observe(upstream, { headers: { 'bad name': 'x' } })
  observed.call.abort()
  await settle()
  expect(observed.told).toEqual([])
})

test('an abort after the end leaves the connection alone', async () => {
  const server = await startSocketServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
  })
  closers.push(server.close)
  const upstream = upstreamAt(server.url)
  closers.push(() => upstream.close())
  const first = observe(upstream)
  await first.over
  const second = observe(upstream)
  first.call.abort()
  first.call.pause()
  await second.over
  expect(second.told).toEqual(['response 200', 'data', 'end'])
  expect(server.accepted()).toBe(1)
})

test('a thousand aborts, in all phases, leave no socket open', async () => {
  const { server, upstream } = await start({ maxConnections: 100 })
  const paths = ['/silent', '/head', '/half', '/endless']
  for (let round = 0; round < 10; round += 1) {
    const calls = Array.from({ length: 100 }, (_, i) => observe(upstream, { path: String(paths[i % 4]) }))
    for (const [i, { call }] of calls.entries()) {
      if (i % 5 === 0) call.abort()
      if (i % 5 === 1) call.pause()
    }
    await settle(round * 3)
    for (const { call } of calls) call.abort()
  }
  await server.quiet()
  expect(server.openSockets()).toBe(0)
  const after = observe(upstream, { path: '/half' })
  await after.firstData
  await expectGone(after, server)
})
