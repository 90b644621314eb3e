import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { GatewayError } from '../../src/core/errors.js'
import type { ListenOptions, Transport, TransportRequest, TransportResponse } from '../../src/transport/transport.js'
import { ADAPTERS } from './adapters.js'
import { connectRaw, deferred, type RawClient, response } from './raw-client.js'
import { sendEndlessHeaders } from './slow-headers.js'

type Handler = (request: TransportRequest, response: TransportResponse) => void | Promise<void>

describe.each(ADAPTERS)('$kind', ({ kind, listen }) => {
  let endlessHeaders: Promise<number>
  beforeAll(() => {
    endlessHeaders = sendEndlessHeaders(listen)
  })

  const cleanups: (() => void)[] = []
  afterEach(() => {
    for (const cleanup of cleanups.splice(0)) cleanup()
  })

  async function serve(handler: Handler, options: Partial<ListenOptions> = {}): Promise<Transport> {
    const transport = await listen({
      host: '127.0.0.1',
      port: 0,
      maxBodyBytes: 10 * 1024 * 1024,
      stalledClientMs: 10_000,
      bodyIdleMs: 10_000,
      tls: null,
      onRequest: (request, answer) => {
        void Promise.resolve(handler(request, answer)).catch((error: unknown) => {
          const known = error instanceof GatewayError ? error : new GatewayError('internal_error', String(error))
          answer.writeHead(known.status, { 'content-type': 'application/json' })
          answer.end(JSON.stringify({ code: known.code }))
        })
      },
      ...options,
    })
    cleanups.push(() => transport.close())
    return transport
  }

  function connect(transport: Transport): RawClient {
    const client = connectRaw(transport.port)
    cleanups.push(() => client.destroy())
    return client
  }

  const describeRequest: Handler = async (request, answer) => {
    const body = await request.body()
    const { method, path, query, headers, remoteAddress } = request
    answer.writeHead(200, { 'content-type': 'application/json' })
    answer.end(JSON.stringify({ method, path, query, headers, remoteAddress, bodyBytes: body.byteLength }))
  }

  const echo: Handler = async (request, answer) => {
    const body = await request.body()
    answer.writeHead(200, { 'content-type': 'application/octet-stream' })
    answer.end(body)
  }

  describe('a request', () => {
    test('arrives with everything as it was sent', async () => {
      const client = connect(await serve(describeRequest))
      client.send(
        'PATCH /a%20b/../c?x=%31&y HTTP/1.1\r\nHost: example\r\nX-Two: a\r\nx-two: b\r\nConstructor: c\r\n\r\n',
      )
      const { status, body } = await response(client)
      expect(status).toBe(200)
      expect(JSON.parse(Buffer.from(body, 'latin1').toString())).toMatchObject({
        method: 'PATCH',
        path: '/a%20b/../c',
        query: 'x=%31&y',
        headers: { host: 'example', 'x-two': 'a, b', constructor: 'c' },
        remoteAddress: '127.0.0.1',
        bodyBytes: 0,
      })
    })

    test('keeps UTF-8 in header values', async () => {
      const client = connect(await serve(describeRequest))
      client.send(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nX-One: Café ✓.\r\n\r\n'))
      const { body } = await response(client)
      expect(JSON.parse(Buffer.from(body, 'latin1').toString()).headers['x-one']).toBe('Café ✓.')
    })

    test('has a path without segments limit and an empty query when there is none', async () => {
      const client = connect(await serve(describeRequest))
      const path = `/${'a/'.repeat(300)}`
      client.send(`DELETE ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
      expect(JSON.parse((await response(client)).body)).toMatchObject({ method: 'DELETE', path, query: '' })
    })

    test('may have 30 KB of headers', async () => {
      const client = connect(await serve(describeRequest))
      const long = 'v'.repeat(30_000)
      client.send(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${long}\r\n\r\n`)
      const { status, body } = await response(client)
      expect(status).toBe(200)
      expect(JSON.parse(body).headers['x-long']).toBe(long)
    })

    test('with endless headers is refused with 431', async () => {
      const client = connect(await serve(describeRequest))
      client.send('GET / HTTP/1.1\r\nHost: x\r\n')
      const line = `X-Long: ${'v'.repeat(8000)}\r\n`
      for (let sent = 0; sent < 12 && !client.closed; sent++) client.send(line)
      expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 431 /)
    })

    test('with too many headers is refused with 431', async () => {
      const client = connect(await serve(describeRequest))
      client.send(`GET / HTTP/1.1\r\nHost: x\r\n${'X-A: b\r\n'.repeat(150)}\r\n`)
      expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 431 /)
    })

    test.each([
      ['nonsense', '\x16\x03\x01 what\r\n\r\n'],
      ['no Host', 'GET / HTTP/1.1\r\nX-A: b\r\n\r\n'],
      [
        'both a length and a transfer coding',
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ],
      ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde'],
      ['a length that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc'],
    ])('with %s is refused and never handled', async (_what, text) => {
      let handled = 0
      const client = connect(
        await serve((_request, answer) => {
          handled++
          answer.end('no')
        }),
      )
      client.send(Buffer.from(text, 'latin1'))
      expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 (400|505) /)
      expect(handled).toBe(0)
    })

    test('of HTTP/1.0 gets its connection closed', async () => {
      const client = connect(await serve(describeRequest))
      client.send('GET / HTTP/1.0\r\nHost: x\r\n\r\n')
      expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 (200|505) /)
    })
  })

  describe('a body', () => {
    const large = Buffer.alloc(8 * 1024 * 1024, 'abcdefghijklmnopqrstuvwxyz')

    test('of 8 MB arrives whole and goes back whole', async () => {
      const client = connect(await serve(echo))
      client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${large.length}\r\n\r\n`)
      client.send(large)
      const { body } = await response(client)
      expect(Buffer.from(body, 'latin1').equals(large)).toBe(true)
    })

    test('may come in single bytes', async () => {
      const client = connect(await serve(echo))
      client.socket.setNoDelay(true)
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\n')
      for (const byte of 'abcdefghijklmnopqrstuvwxyz') {
        client.send(byte)
        await sleep(1)
      }
      expect((await response(client)).body).toBe('abcdefghijklmnopqrstuvwxyz')
    })

    test('may be chunked, in pieces that ignore the chunks', async () => {
      const client = connect(await serve(echo))
      client.socket.setNoDelay(true)
      client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
      for (const byte of '5\r\nhello\r\n10\r\n0123456789abcdef\r\n1\r\n!\r\n0\r\n\r\n') {
        client.send(byte)
        await sleep(1)
      }
      expect((await response(client)).body).toBe('hello0123456789abcdef!')
    })

    test('is asked for with 100 Continue', async () => {
      const client = connect(await serve(echo))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n')
      await client.until(({ received }) => received.startsWith('HTTP/1.1 100 Continue\r\n\r\n'))
      client.send('hello')
      expect((await response(client)).body).toBe('hello')
    })

    test('can be read late', async () => {
      const client = connect(
        await serve(async (request, answer) => {
          await sleep(50)
          const body = await request.body()
          answer.end(body)
        }),
      )
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello')
      expect((await response(client)).body).toBe('hello')
    })

    test('that nobody reads does not harm the next request', async () => {
      const client = connect(
        await serve((request, answer) => {
          answer.writeHead(401, {})
          answer.end(request.path)
        }),
      )
      client.send('POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello')
      const first = await response(client)
      expect(first).toMatchObject({ status: 401, body: '/one' })
      const before = client.received.length
      client.send('POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe')
      client.send('llo')
      const all = await client.until(({ received }) => received.slice(before).includes('/two'))
      expect(all.slice(before)).toMatch(/^HTTP\/1\.1 401 /)
    })

    test('that never comes does not hold up an answer that does not need it', async () => {
      const client = connect(
        await serve((_request, answer) => {
          answer.writeHead(401, {})
          answer.end('no')
        }),
      )
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhello')
      expect(await response(client)).toMatchObject({ status: 401, body: 'no' })
    })

    test('too late or too large takes nothing from an answer that came before', async () => {
      const transport = await serve((_request, answer) => answer.end('early'), { bodyIdleMs: 100, maxBodyBytes: 1000 })
      const late = connect(transport)
      late.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhello')
      expect((await response(late)).body).toBe('early')
      const large = connect(transport)
      large.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
      large.send(`800\r\n${'a'.repeat(0x800)}\r\n`)
      expect((await response(large)).body).toBe('early')
    })

    test('shorter than its Content-Length gets 408 when nothing more comes', async () => {
      const client = connect(await serve(echo, { bodyIdleMs: 300 }))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhello')
      const { status, headers, body } = await response(client)
      expect(status).toBe(408)
      expect(headers.connection).toBe('close')
      expect(JSON.parse(body).code).toBe('request_timeout')
    })

    test('longer than its Content-Length is cut there, and the rest is not a request', async () => {
      const paths: string[] = []
      const client = connect(
        await serve(async (request, answer) => {
          paths.push(request.path)
          const body = await request.body()
          answer.end(body)
        }),
      )
      client.send('POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello world, this is too much\r\n\r\n')
      const all = await client.untilClosed()
      expect(paths).toEqual(['/one'])
      expect(all).not.toContain('world')
    })

    test('that trickles in is cut however short its pauses are', async () => {
      const client = connect(await serve(echo, { bodyIdleMs: 2000, bodyGraceMs: 600 }))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n')
      const trickle = setInterval(() => client.send('a'), 50)
      cleanups.push(() => clearInterval(trickle))
      expect((await response(client)).status).toBe(408)
    })

    test('that is slow but steady is waited for', async () => {
      const client = connect(await serve(echo, { bodyIdleMs: 400, bodyGraceMs: 300 }))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10240\r\n\r\n')
      for (let sent = 0; sent < 10; sent++) {
        client.send('a'.repeat(1024))
        await sleep(100)
      }
      expect((await response(client)).body).toHaveLength(10240)
    })

    test('that is declared too large gets 413 at once, and the client can read it while it sends', async () => {
      const client = connect(await serve(echo, { maxBodyBytes: 100_000 }))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\n')
      const { status, headers, body } = await response(client)
      expect(status).toBe(413)
      expect(headers.connection).toBe('close')
      expect(JSON.parse(body).code).toBe('request_too_large')
    })

    test('that is declared too large can be sent whole before the answer is read', async () => {
      const client = connect(await serve(echo, { maxBodyBytes: 100_000 }))
      client.socket.pause()
      client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${large.length}\r\n\r\n`)
      await new Promise<void>((resolve, reject) => {
        client.socket.once('error', reject)
        client.socket.write(large, (error) => (error === undefined || error === null ? resolve() : reject(error)))
      })
      client.socket.resume()
      expect((await response(client)).status).toBe(413)
    })

    test('that grows too large gets 413 while it is read, and the connection is closed', async () => {
      const client = connect(await serve(echo, { maxBodyBytes: 100_000 }))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
      const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`
      client.send(chunk)
      client.send(chunk)
      expect((await response(client)).status).toBe(413)
      client.send(chunk)
      client.send('0\r\n\r\n')
      await client.untilClosed()
    })

    test('that never ends after 413 is not read without end', async () => {
      const client = connect(await serve(echo, { maxBodyBytes: 100_000 }))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n')
      expect((await response(client)).status).toBe(413)
      let sent = 0
      while (!client.closed && sent < 1024 ** 3) {
        sent += large.length
        await new Promise<void>((resolve) => {
          client.socket.once('close', () => resolve())
          client.socket.write(large, () => setImmediate(resolve))
        })
      }
      expect(client.closed).toBe(true)
      expect(sent).toBeLessThan(64 * 1024 * 1024)
    })

    test('too large is not asked for with 100 Continue in vain', async () => {
      const client = connect(await serve(echo, { maxBodyBytes: 1000 }))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n')
      expect((await response(client)).status).toBe(413)
    })

    test('that ends with the client rejects with client_closed', async () => {
      const seen = deferred<unknown>()
      const client = connect(
        await serve(async (request, answer) => {
          const aborted = new Promise<void>((resolve) => answer.onAborted(resolve))
          try {
            await request.body()
          } catch (error) {
            await aborted
            seen.resolve(error)
          }
        }),
      )
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf')
      await sleep(50)
      client.destroy()
      await expect(seen.promise).resolves.toMatchObject({ code: 'client_closed' })
    })
  })

  describe('an answer', () => {
    test('given whole has a length and a date, and keeps the connection', async () => {
      const client = connect(
        await serve((_request, answer) => {
          answer.writeHead(201, { 'Content-Type': 'text/plain; charset=utf-8', 'x-a': '1' })
          answer.end('grüße')
          expect(answer.bytesWritten).toBe(7)
        }),
      )
      for (const _round of [1, 2]) {
        const before = client.received.length
        client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
        await client.until(({ received }) => received.slice(before).includes(Buffer.from('grüße').toString('latin1')))
      }
      const { status, headers, body } = await response(client)
      expect(status).toBe(201)
      expect(headers).toMatchObject({
        'content-length': '7',
        'content-type': 'text/plain; charset=utf-8',
        'x-a': '1',
      })
      expect(Date.parse(headers.date ?? '')).not.toBeNaN()
      expect(body).toBe(Buffer.from('grüße').toString('latin1'))
    })

    test('given in pieces is chunked, text and bytes alike', async () => {
      const client = connect(
        await serve(async (_request, answer) => {
          answer.writeHead(200, { 'content-type': 'text/event-stream' })
          expect(answer.write('data: ä\n\n')).toBe(true)
          await sleep(20)
          expect(answer.write(Buffer.from('data: ✓\n\n'))).toBe(true)
          expect(answer.write('')).toBe(true)
          answer.end('data: [DONE]\n\n')
          expect(answer.bytesWritten).toBe(10 + 11 + 14)
        }),
      )
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      const { headers, body } = await response(client)
      expect(headers['transfer-encoding']).toBe('chunked')
      expect(headers['content-length']).toBeUndefined()
      expect(Buffer.from(body, 'latin1').toString()).toBe('data: ä\n\ndata: ✓\n\ndata: [DONE]\n\n')
    })

    test('sends its first piece in one packet with its headers', async () => {
      const client = connect(
        await serve((_request, answer) => {
          answer.writeHead(200, {})
          answer.write('first')
        }),
      )
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      const packet = await new Promise<Buffer>((resolve) => client.socket.once('data', resolve))
      expect(packet.toString()).toContain('first')
    })

    test('can send its headers before there is a body', async () => {
      const client = connect(
        await serve((_request, answer) => {
          answer.writeHead(200, { 'content-type': 'text/event-stream' })
          answer.flushHead()
        }),
      )
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      const received = await client.until(({ received: text }) => text.includes('\r\n\r\n'))
      expect(received).toContain('text/event-stream')
    })

    test('gets no byte of its own from flushed headers when the body follows at once', async () => {
      const client = connect(
        await serve((_request, answer) => {
          answer.writeHead(200, { 'content-type': 'text/event-stream' })
          answer.flushHead()
          answer.write('data: a\n\n')
          answer.end()
        }),
      )
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      expect((await response(client)).body).toBe('data: a\n\n')
    })

    test('to HEAD has the headers of GET and no body, whole or in pieces', async () => {
      const client = connect(
        await serve((request, answer) => {
          answer.writeHead(200, { 'x-a': '1' })
          if (request.path === '/pieces') answer.write('hel')
          answer.end('hello')
        }),
      )
      client.send('HEAD /whole HTTP/1.1\r\nHost: x\r\n\r\n')
      const whole = await response(client, true)
      expect(whole.headers).toMatchObject({ 'content-length': '5', 'x-a': '1' })
      expect(whole.rest).toBe('')
      const before = client.received.length
      client.send('HEAD /pieces HTTP/1.1\r\nHost: x\r\n\r\nGET /whole HTTP/1.1\r\nHost: x\r\n\r\n')
      const all = await client.until(({ received }) => received.endsWith('hello'))
      const answers = all.slice(before).split('HTTP/1.1 200 OK\r\n')
      expect(answers).toHaveLength(3)
      expect(answers[1]).toMatch(/\r\n\r\n$/)
      expect(answers[1]).not.toContain('hel')
    })

    test('without content has no body and no length', async () => {
      const client = connect(
        await serve((request, answer) => {
          answer.writeHead(request.path === '/' ? 204 : 200, {})
          answer.end(request.path === '/' ? '' : 'next')
        }),
      )
      client.send('OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n')
      const first = await response(client)
      expect(first.status).toBe(204)
      expect(first.headers['content-length']).toBeUndefined()
      client.send('GET /next HTTP/1.1\r\nHost: x\r\n\r\n')
      await client.until(({ received }) => received.endsWith('\r\n\r\nnext'))
    })

    test('cannot be split by header values', async () => {
      const client = connect(
        await serve((_request, answer) => {
          answer.writeHead(200, { 'x-a': 'one\r\nx-b: two', 'x-c': 'é✓', 'content-length': '99', 'bad name': 'x' })
          answer.end('ok')
        }),
      )
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      const { headers, body } = await response(client)
      expect(body).toBe('ok')
      expect(headers['x-a']).toBe('one  x-b: two')
      expect(headers['x-b']).toBeUndefined()
      expect(headers['x-c']).toBe('??')
      expect(headers['bad name']).toBeUndefined()
    })

    test('ignores what is done to it after its end', async () => {
      const client = connect(
        await serve(async (_request, answer) => {
          answer.writeHead(200, {})
          answer.end('once')
          answer.end('twice')
          expect(answer.write('thrice')).toBe(true)
          answer.flushHead()
          answer.close()
          await answer.drained()
          expect(answer.bytesWritten).toBe(4)
        }),
      )
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      expect((await response(client)).body).toBe('once')
      const before = client.received.length
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await client.until(({ received }) => received.length === before * 2)
    })

    test('that is cut ends without a terminator', async () => {
      let aborts = 0
      const client = connect(
        await serve(async (_request, answer) => {
          answer.onAborted(() => aborts++)
          answer.writeHead(200, {})
          answer.write('half')
          await sleep(20)
          answer.close()
          answer.write('more')
          answer.end()
        }),
      )
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      const received = await client.untilClosed()
      expect(received).toContain('half')
      expect(received).not.toContain('0\r\n\r\n')
      expect(aborts).toBe(0)
    })

    test.each(['Connection: close', 'connection: Close'])('closes the connection after "%s"', async (header) => {
      const client = connect(await serve((_request, answer) => answer.end('bye')))
      client.send(`GET / HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`)
      const received = await client.untilClosed()
      expect(received).toMatch(/\r\nconnection: close\r\n/i)
      expect(received).toMatch(/\r\n\r\nbye$/)
    })

    test('can ask for the connection to be closed', async () => {
      const client = connect(
        await serve((_request, answer) => {
          answer.writeHead(200, { Connection: 'close' })
          answer.end('bye')
        }),
      )
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      const received = await client.untilClosed()
      expect(received.match(/\r\nconnection: close\r\n/gi)).toHaveLength(1)
      expect(received).toMatch(/\r\n\r\nbye$/)
    })

    test('to pipelined requests comes in order', async () => {
      const client = connect(await serve((request, answer) => answer.end(`[${request.path}]`)))
      client.send([1, 2, 3, 4].map((n) => `GET /${n} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''))
      const received = await client.until(({ received: text }) => text.endsWith('[/4]'))
      expect(received.match(/\[\/\d\]/g)).toEqual(['[/1]', '[/2]', '[/3]', '[/4]'])
    })

    test('to requests pipelined behind an unfinished one is never mixed up', async () => {
      const client = connect(
        await serve(async (request, answer) => {
          await sleep(request.path === '/1' ? 50 : 0)
          answer.write(`<${request.path}`)
          await sleep(10)
          answer.end('>')
        }),
      )
      client.send('GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
      const received = await client.untilClosed()
      // uWebSockets.js cuts such a connection, node:http answers one after the other.
      expect(received.replaceAll('\r\n', ' ').match(/<[^<]*>/g) ?? []).toHaveLength(kind === 'uws' ? 0 : 2)
      expect(received.indexOf('</2')).toBeGreaterThanOrEqual(received.indexOf('</1'))
    })
  })

  describe('a client that goes', () => {
    test.each(['before the answer', 'in the middle of it'])('%s is noticed once', async (phase) => {
      const seen = deferred<TransportResponse>()
      let aborts = 0
      const client = connect(
        await serve((_request, answer) => {
          if (phase !== 'before the answer') answer.write('some')
          expect(answer.aborted).toBe(false)
          answer.onAborted(() => {
            aborts++
            seen.resolve(answer)
          })
        }),
      )
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await sleep(50)
      client.destroy()
      const answer = await seen.promise
      expect(answer.aborted).toBe(true)
      expect(answer.write('more')).toBe(true)
      await answer.drained()
      answer.writeHead(200, {})
      answer.flushHead()
      answer.end('end')
      answer.close()
      await new Promise<void>((resolve) => answer.onAborted(resolve))
      expect(aborts).toBe(1)
    })

    test('while it is waited for lets drained go on', async () => {
      const waiting = deferred<void>()
      const over = deferred<boolean>()
      const client = connect(
        await serve(async (_request, answer) => {
          while (answer.write('x'.repeat(60_000)));
          waiting.resolve()
          while (!answer.aborted) {
            await answer.drained()
            answer.write('y'.repeat(60_000))
          }
          over.resolve(answer.aborted)
        }),
      )
      client.socket.pause()
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await waiting.promise
      client.destroy()
      await expect(over.promise).resolves.toBe(true)
    })

    test('after the answer is nobody’s concern', async () => {
      let aborts = 0
      const transport = await serve((_request, answer) => {
        answer.onAborted(() => aborts++)
        answer.end('ok')
      })
      const client = connect(transport)
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await response(client)
      client.destroy()
      await sleep(50)
      expect(aborts).toBe(0)
    })
  })

  describe('back-pressure', () => {
    /** Numbered lines, so that a byte lost, doubled or moved shows. */
    function* lines(totalBytes: number): Generator<string> {
      for (let sent = 0, n = 0; sent < totalBytes; n++) {
        const line = `${n} ${'é'.repeat(n % 700)}\n`
        sent += line.length
        yield line
      }
    }

    test('shows in write, and nothing is lost when it is heeded', async () => {
      const total = 12 * 1024 * 1024
      let waits = 0
      const client = connect(
        await serve(async (_request, answer) => {
          for (const line of lines(total)) {
            if (answer.write(line)) continue
            waits++
            await answer.drained()
          }
          answer.end('end')
        }),
      )
      client.socket.pause()
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await sleep(200)
      client.socket.resume()
      const { body } = await response(client)
      const expected = Buffer.from([...lines(total), 'end'].join(''))
      expect(Buffer.from(body, 'latin1').equals(expected)).toBe(true)
      expect(waits).toBeGreaterThan(0)
    })

    test('nothing is lost either when it is ignored, or when chunks are huge', async () => {
      const huge = [...lines(9 * 1024 * 1024)].join('')
      const client = connect(
        await serve((_request, answer) => {
          answer.write(huge)
          answer.write(Buffer.from(huge))
          answer.write('between')
          answer.end(huge)
        }),
      )
      client.socket.pause()
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await sleep(300)
      client.socket.resume()
      const { body } = await response(client)
      const expected = Buffer.from(`${huge}${huge}between${huge}`)
      expect(Buffer.from(body, 'latin1').equals(expected)).toBe(true)
    })

    const stalls: readonly [string, (answer: TransportResponse) => void | Promise<void>][] = [
      [
        'a stream',
        async (answer) => {
          while (!answer.aborted) {
            if (!answer.write('x'.repeat(30_000))) await answer.drained()
          }
        },
      ],
      [
        'a stream of small events',
        async (answer) => {
          while (!answer.aborted) {
            if (!answer.write(`data: ${'x'.repeat(500)}\n\n`)) await answer.drained()
          }
        },
      ],
      [
        'a stream that has ended',
        (answer) => {
          answer.write('x'.repeat(20_000_000))
          answer.end('x')
        },
      ],
      ['a whole answer', (answer) => answer.end('x'.repeat(20_000_000))],
    ]
    test.each(stalls)('closes a client that takes nothing of %s', async (_what, handler) => {
      const stalled = deferred<string>()
      const client = connect(
        await serve((_request, answer) => handler(answer), {
          stalledClientMs: 300,
          onStalledClient: stalled.resolve,
        }),
      )
      client.socket.pause()
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await expect(stalled.promise).resolves.toBe('127.0.0.1')
      client.socket.resume()
      await client.untilClosed()
    })

    const slowly: readonly [string, (answer: TransportResponse, text: string) => void | Promise<void>][] = [
      [
        'a stream',
        async (answer, text) => {
          for (let at = 0; at < text.length; at += 5000) {
            if (!answer.write(text.slice(at, at + 5000))) await answer.drained()
          }
          answer.end()
        },
      ],
      ['a whole answer', (answer, text) => answer.end(text)],
    ]
    test.each(slowly)('leaves a client alone that takes %s slowly', async (_what, handler) => {
      const text = [...lines(6 * 1024 * 1024)].join('')
      let stalls = 0
      const client = connect(
        await serve((_request, answer) => handler(answer, text), {
          stalledClientMs: 500,
          onStalledClient: () => stalls++,
        }),
      )
      // Some 300 KB/s for longer than the limit, while the kernel's buffers hold megabytes.
      let budget = 0
      let isSlow = true
      client.socket.on('data', (chunk) => {
        budget -= chunk.length
        if (isSlow && budget < 0) client.socket.pause()
      })
      const reader = setInterval(() => {
        budget = 30_000
        client.socket.resume()
      }, 100)
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await sleep(1800)
      expect(client.closed).toBe(false)
      clearInterval(reader)
      isSlow = false
      client.socket.resume()
      const { body } = await response(client)
      expect(Buffer.from(body, 'latin1').equals(Buffer.from(text))).toBe(true)
      expect(stalls).toBe(0)
    })
  })

  describe('the server', () => {
    test('says that its port is in use', async () => {
      const first = await serve(echo)
      await expect(serve(echo, { port: first.port })).rejects.toMatchObject({
        code: 'EADDRINUSE',
        message: expect.stringContaining(`127.0.0.1:${first.port}`),
      })
      const other = createServer()
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
      cleanups.push(() => other.close())
      const address = other.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      await expect(serve(echo, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    })

    test('says that its address is not there', async () => {
      await expect(serve(echo, { host: '192.0.2.1' })).rejects.toMatchObject({
        code: 'EADDRNOTAVAIL',
        message: expect.stringContaining('server.host'),
      })
    })

    test('can serve again at once where it has just served', async () => {
      const reserved = await serve(echo)
      reserved.close()
      const first = await serve(echo, { port: reserved.port })
      const client = connect(first)
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi')
      await client.untilClosed()
      first.close()
      const second = await serve(echo, { port: first.port })
      expect(second.port).toBe(first.port)
    })

    test('finishes what runs when it stops accepting, and takes no more', async () => {
      const go = deferred<void>()
      const transport = await serve(async (_request, answer) => {
        answer.write('first')
        await go.promise
        answer.end('last')
      })
      const running = connect(transport)
      running.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await running.until(({ received }) => received.includes('first'))
      transport.stopAccepting()
      transport.stopAccepting()
      const late = connect(transport)
      await late.untilClosed()
      expect(late.received).toBe('')
      go.resolve()
      expect((await response(running)).body).toBe('firstlast')
    })

    test('gives a connection up with the answer that it gets after the stop', async () => {
      const go = deferred<void>()
      const transport = await serve(async (_request, answer) => {
        answer.onAborted(() => {})
        await go.promise
        answer.writeHead(200, {})
        answer.end('last')
      })
      const client = connect(transport)
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await sleep(50)
      transport.stopAccepting()
      go.resolve()
      expect(await client.untilClosed()).toMatch(/\r\nconnection: close\r\n/i)
      expect(client.received).toMatch(/\r\n\r\nlast$/)
    })

    test('ends everything on close, and the answers hear of it', async () => {
      const aborted = deferred<void>()
      const transport = await serve((_request, answer) => {
        answer.onAborted(aborted.resolve)
        answer.write('first')
      })
      const client = connect(transport)
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await client.until(({ received }) => received.includes('first'))
      transport.close()
      transport.close()
      await client.untilClosed()
      await aborted.promise
    })
  })

  describe('TLS', () => {
    const dir = mkdtempSync(join(tmpdir(), 'llmrouter-tls-'))
    afterAll(() => rmSync(dir, { recursive: true, force: true }))
    const tls = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') }

    test('serves with a certificate and a key from files', async () => {
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
      const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
      execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-keyout', tls.key, '-out', tls.cert], {
        stdio: 'pipe',
      })
      const transport = await serve(echo, { tls })
      const socket = connectTls({ port: transport.port, host: '127.0.0.1', ca: readFileSync(tls.cert) })
      const client = connectRaw(0, socket)
      cleanups.push(() => client.destroy())
      const large = 'x'.repeat(1_000_000)
      client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${large.length}\r\n\r\n${large}`)
      expect((await response(client)).body).toBe(large)
    })

    test('says which file is missing', async () => {
      await expect(serve(echo, { tls: { cert: join(dir, 'no.pem'), key: tls.key } })).rejects.toThrow(/no\.pem/)
    })
  })

  // Last, since it takes as long as all of the others.
  test('closes connections whose headers never end: trickling, silent, empty or malformed', async () => {
    await expect(endlessHeaders).resolves.toBe(0)
  })
})
