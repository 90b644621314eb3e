import { randomBytes } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { observe, settle, upstreamAt } from './observed-call.js'
import { startSocketServer } from './scripted-socket.js'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function startServer(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  let connections = 0
  const server = http
    .createServer((request, response) => void answer(request, response))
    .on('connection', () => {
      connections += 1
    })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as AddressInfo // it listens on TCP
  return { url: `http://127.0.0.1:${port}`, connections: () => connections }
}

function open(...args: Parameters<typeof upstreamAt>) {
  const upstream = upstreamAt(...args)
  closers.push(() => upstream.close())
  return upstream
}

describe('what is sent', () => {
  test('the path goes below the base URL, whose own query stays', async () => {
    const seen: (string | undefined)[] = []
    const server = await startServer((request, response) => {
      seen.push(`${request.method} ${request.url}`)
      response.end()
    })
    await observe(open(`${server.url}/v1/`), { path: '/chat/completions' }).over
    await observe(open(`${server.url}/x?api-version=3`), { path: '/y' }).over
    await observe(open(`${server.url}/x?api-version=3`), { path: '/y?alt=sse' }).over
    await observe(open(server.url), { path: '/models', method: 'GET', body: undefined }).over
    expect(seen).toEqual([
      'POST /v1/chat/completions',
      'POST /x/y?api-version=3',
      'POST /x/y?alt=sse&api-version=3',
      'GET /models',
    ])
  })

  test('headers go out once each, the configured ones over the request’s, and nothing compressed is asked for', async () => {
    let raw: string[] = []
    const server = await startServer((request, response) => {
      raw = request.rawHeaders
      response.end()
    })
    const upstream = open(server.url, { headers: { 'X-Team': 'a', Authorization: 'Bearer configured' } })
    await observe(upstream, {
      headers: { 'content-type': 'application/json', authorization: 'Bearer request', 'Accept-Encoding': 'gzip' },
    }).over
    const sent = new Map<string, string[]>()
    for (let i = 0; i < raw.length; i += 2) {
      const name = String(raw[i]).toLowerCase()
      sent.set(name, [...(sent.get(name) ?? []), String(raw[i + 1])])
    }
    expect(sent.get('authorization')).toEqual(['Bearer configured'])
    expect(sent.get('x-team')).toEqual(['a'])
    expect(sent.get('content-type')).toEqual(['application/json'])
    expect(sent.get('accept-encoding')).toEqual(['identity'])
    expect(sent.get('host')).toEqual([new URL(server.url).host])
  })

  test('a body of several megabytes of any text arrives whole', async () => {
    const body = JSON.stringify({ text: 'æøå 𝄞 \u0000 '.repeat(300_000) })
    let received: Buffer = Buffer.alloc(0)
    const server = await startServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        received = Buffer.concat(chunks)
        response.end('ok')
      })
    })
    await observe(open(server.url), { body }).over
    expect(received.equals(Buffer.from(body))).toBe(true)
  })

  test('a header that cannot be sent is our own error, after send has returned, and its value is not shown', async () => {
    const server = await startServer((_request, response) => response.end())
    const observed = observe(open(server.url), { headers: { authorization: 'Bearer sk-planted\nx: y' } })
    expect(observed.told).toEqual([])
    await observed.over
    expect(observed.told).toEqual(['error internal_error'])
    expect(observed.error()?.message).toContain('authorization')
    expect(observed.error()?.message).not.toContain('sk-planted')
  })
})

describe('what comes back', () => {
  test('20 MB of any bytes arrive as they were sent', async () => {
    const sent = randomBytes(20 * 1024 * 1024)
    const server = await startServer((_request, response) => response.end(sent))
    const observed = observe(open(server.url))
    await observed.over
    expect(observed.told).toEqual(['response 200', 'data', 'end'])
    expect(observed.body().equals(sent)).toBe(true)
  })

  test('chunks of one byte and a chunk of a megabyte are the same to the reader', async () => {
    const big = randomBytes(1024 * 1024)
    const small = Buffer.from('data: {"x":"é"}\n\n')
    const server = await startServer((_request, response) => {
      for (const byte of small) response.write(Buffer.from([byte]))
      response.write(big)
      response.end(small)
    })
    const observed = observe(open(server.url))
    await observed.over
    expect(observed.body().equals(Buffer.concat([small, big, small]))).toBe(true)
  })

  test('bytes are the handler’s to keep: later ones do not overwrite them', async () => {
    const pieces = Array.from({ length: 200 }, (_, i) => `piece ${i};`)
    const server = await startServer(async (_request, response) => {
      for (const piece of pieces) {
        response.write(piece)
        await settle(1)
      }
      response.end()
    })
    const observed = observe(open(server.url))
    await observed.over
    expect(observed.body().toString()).toBe(pieces.join(''))
  })

  test('the bytes of an answer that arrives one by one, head and all', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nX-A: b\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n'
    const server = await startSocketServer(async (socket) => {
      socket.setNoDelay(true)
      for (const byte of answer) {
        socket.write(byte)
        await settle(2)
      }
    })
    closers.push(server.close)
    const observed = observe(open(server.url))
    await observed.over
    expect(observed.told).toEqual(['response 200', 'data', 'end'])
    expect(observed.headers()['x-a']).toBe('b')
    expect(observed.body().toString()).toBe('hello!')
  })

  test('header names are lower-case and repeated headers are joined', async () => {
    const server = await startServer((_request, response) => {
      response.setHeader('X-Request-ID', 'r1')
      response.setHeader('Set-Cookie', ['a=1', 'b=2'])
      response.end()
    })
    const observed = observe(open(server.url))
    await observed.over
    expect(observed.headers()).toMatchObject({ 'x-request-id': 'r1', 'set-cookie': 'a=1, b=2' })
  })

  test.each([
    ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['102 Processing', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'],
    ['several', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'],
  ])('informational answers are not the answer: %s', async (_name, informational) => {
    const server = await startSocketServer((socket) => {
      socket.write(`${informational}HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n`)
      // The bytes of an interim answer inside a body are content.
      setTimeout(() => socket.write('HTTP/1.1 100 '), 20)
    })
    closers.push(server.close)
    const observed = observe(open(server.url))
    await observed.over
    expect(observed.told).toEqual(['response 200', 'data', 'end'])
    expect(observed.body().toString()).toBe('HTTP/1.1 100 ')
  })

  test('a redirect is an answer like any other, and nobody follows it', async () => {
    const seen: (string | undefined)[] = []
    const server = await startServer((request, response) => {
      seen.push(request.url)
      response.writeHead(307, { location: '/elsewhere' }).end('moved')
    })
    const observed = observe(open(server.url), { path: '/a' })
    await observed.over
    expect(observed.told).toEqual(['response 307', 'data', 'end'])
    expect(observed.headers().location).toBe('/elsewhere')
    expect(seen).toEqual(['/a'])
  })

  test('a compressed answer is a clear error', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('xxxx')
    })
    const observed = observe(open(server.url))
    await observed.over
    await settle()
    expect(observed.told).toEqual(['error upstream_error'])
    expect(observed.error()?.message).toContain('gzip')
  })

  test('a compressed error answer keeps its status and its headers', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(429, { 'content-encoding': 'br', 'retry-after': '7' }).end('xxxx')
    })
    const observed = observe(open(server.url))
    await observed.over
    await settle()
    expect(observed.told).toEqual(['response 429', 'end'])
    expect(observed.headers()['retry-after']).toBe('7')
  })

  test('an answer without a length ends with its connection', async () => {
    const server = await startSocketServer((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nall of it'))
    closers.push(server.close)
    const observed = observe(open(server.url))
    await observed.over
    expect(observed.told).toEqual(['response 200', 'data', 'end'])
    expect(observed.body().toString()).toBe('all of it')
  })

  test('bytes after the end of an answer belong to nobody, and the connection is not used again', async () => {
    const server = await startSocketServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil')
    })
    closers.push(server.close)
    const upstream = open(server.url)
    for (let i = 0; i < 3; i += 1) {
      const observed = observe(upstream)
      await observed.over
      expect(observed.body().toString()).toBe('ok')
    }
    expect(server.accepted()).toBe(3)
  })
})

describe('connections', () => {
  test('calls one after another share a connection', async () => {
    const server = await startServer((_request, response) => response.end('ok'))
    const upstream = open(server.url)
    for (let i = 0; i < 20; i += 1) await observe(upstream).over
    expect(server.connections()).toBe(1)
  })

  test('a handler that sends again as its answer ends gets the same connection', async () => {
    const server = await startServer((_request, response) => response.end('ok'))
    const upstream = open(server.url)
    let left = 20
    await new Promise<void>((resolve, reject) => {
      const next = () =>
        upstream.send(
          { method: 'POST', path: '/', headers: {}, body: '{}' },
          {
            onResponse: () => undefined,
            onData: () => undefined,
            onError: reject,
            onEnd() {
              left -= 1
              if (left === 0) resolve()
              else next()
            },
          },
        )
      next()
    })
    expect(server.connections()).toBe(1)
  })

  test('hundreds of calls at once each have a connection, which the next hundreds use again', async () => {
    const waiting: ServerResponse[] = []
    const server = await startServer((_request, response) => {
      waiting.push(response)
      if (waiting.length === 300) for (const each of waiting.splice(0)) each.end('ok')
    })
    const upstream = open(server.url)
    for (let round = 0; round < 2; round += 1) {
      const calls = Array.from({ length: 300 }, () => observe(upstream))
      await Promise.all(calls.map((call) => call.over))
      expect(calls.every((call) => call.told.at(-1) === 'end')).toBe(true)
    }
    expect(server.connections()).toBe(300)
  })

  test.each([1, 3])('above maxConnections = %i calls wait for their turn', async (maxConnections) => {
    let running = 0
    let most = 0
    const order: number[] = []
    const server = await startServer((request, response) => {
      order.push(Number(request.url?.slice(1)))
      running += 1
      most = Math.max(most, running)
      setTimeout(() => {
        running -= 1
        response.end('ok')
      }, 2)
    })
    const upstream = open(server.url, { maxConnections })
    const calls = Array.from({ length: 30 }, (_, i) => observe(upstream, { path: `/${i}` }))
    await Promise.all(calls.map((call) => call.over))
    expect(calls.every((call) => call.told.at(-1) === 'end')).toBe(true)
    expect(most).toBe(maxConnections)
    expect(server.connections()).toBe(maxConnections)
    // Over several connections they may overtake each other on the way.
    if (maxConnections === 1) expect(order).toEqual(calls.map((_, i) => i))
  })

  test('a waiting call is served when the one before it breaks', async () => {
    const server = await startSocketServer((socket, request) => {
      if (request.includes('/broken')) socket.resetAndDestroy()
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    })
    closers.push(server.close)
    const upstream = open(server.url, { maxConnections: 1 })
    const broken = observe(upstream, { path: '/broken' })
    const fine = observe(upstream, { path: '/fine' })
    await Promise.all([broken.over, fine.over])
    expect([broken.told, fine.told]).toEqual([['error upstream_error'], ['response 200', 'data', 'end']])
  })

  test('a connection that the server closed while idle is not used', async () => {
    const server = await startSocketServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      setTimeout(() => socket.end(), 10)
    })
    closers.push(server.close)
    const upstream = open(server.url)
    for (let i = 0; i < 5; i += 1) {
      const observed = observe(upstream)
      await observed.over
      expect(observed.told).toEqual(['response 200', 'data', 'end'])
      await server.quiet()
    }
  })

  test('a server that allows no idle time gets a new connection each time', async () => {
    const server = await startSocketServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 2\r\n\r\nok')
    })
    closers.push(server.close)
    const upstream = open(server.url)
    for (let i = 0; i < 3; i += 1) {
      await observe(upstream).over
      await server.quiet()
    }
    expect(server.accepted()).toBe(3)
  })

  test('closing fails the calls under way and the waiting ones, and no more are taken', async () => {
    const server = await startSocketServer((socket, request) => {
      if (request.includes('/half')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf')
    })
    closers.push(server.close)
    const upstream = upstreamAt(server.url, { maxConnections: 2 })
    const half = observe(upstream, { path: '/half' })
    const silent = observe(upstream)
    const queued = observe(upstream)
    await half.firstData
    await upstream.close()
    await Promise.all([half.over, silent.over, queued.over])
    const late = observe(upstream)
    await late.over
    for (const { told } of [half, silent, queued, late]) expect(told.at(-1)).toBe('error upstream_error')
    await server.quiet()
  })

  test('a retired upstream goes on serving, keeps nothing idle, and says when it has done', async () => {
    let finish: () => void = () => undefined
    const server = await startSocketServer((socket, request) => {
      const answer = () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      if (request.includes('/slow')) finish = answer
      else answer()
    })
    closers.push(server.close)
    const upstream = open(server.url)
    const slow = observe(upstream, { path: '/slow' })
    await observe(upstream).over
    let retired = false
    const done = upstream.retire().then(() => {
      retired = true
    })
    const late = observe(upstream)
    await late.over
    expect(late.told).toEqual(['response 200', 'data', 'end'])
    expect(retired).toBe(false)
    finish()
    await slow.over
    await done
    await server.quiet()
    expect(slow.told).toEqual(['response 200', 'data', 'end'])
  })
})
