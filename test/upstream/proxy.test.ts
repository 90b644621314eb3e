import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { observe, settle, upstreamAt } from './observed-call.js'

const FIXTURES = new URL('../fixtures/tls/', import.meta.url)
const CA_FILE = new URL('ca.pem', FIXTURES).pathname
const CERTIFICATE = {
  key: readFileSync(new URL('server-key.pem', FIXTURES)),
  cert: readFileSync(new URL('server.pem', FIXTURES)),
}

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function open(...args: Parameters<typeof upstreamAt>) {
  const upstream = upstreamAt(...args)
  closers.push(() => upstream.close())
  return upstream
}

async function listen(server: net.Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(resolve)
      }),
  )
  return (server.address() as AddressInfo).port // it listens on TCP
}

interface Provider {
  readonly url: string
  readonly openSockets: () => Promise<number>
}

async function startProvider(scheme: 'http' | 'https', body: Buffer | string = 'hello'): Promise<Provider> {
  const answer: http.RequestListener = (request, response) => {
    if (request.url === '/silent') return
    response.end(body)
  }
  const server = scheme === 'http' ? http.createServer(answer) : https.createServer(CERTIFICATE, answer)
  const port = await listen(server)
  return {
    url: `${scheme}://localhost:${port}`,
    openSockets: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))),
  }
}

interface Connect {
  readonly target: string | undefined
  readonly authorization: string | undefined
}

/** A proxy that passes on what it is asked to, and notes it. */
async function startProxy(scheme: 'http' | 'https' = 'http', refuseWith?: string) {
  const connects: Connect[] = []
  const server = scheme === 'http' ? http.createServer() : https.createServer(CERTIFICATE)
  server.on('tlsClientError', () => undefined)
  server.on('connect', (request: http.IncomingMessage, client: Socket, head: Buffer) => {
    connects.push({ target: request.url, authorization: request.headers['proxy-authorization'] })
    client.on('error', () => undefined)
    if (refuseWith !== undefined) return void client.end(refuseWith)
    const { hostname, port } = new URL(`http://${request.url}`)
    const target = net.connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      target.write(head)
      target.pipe(client).pipe(target)
    })
    target.on('error', () => client.destroy())
    target.on('close', () => client.destroy())
    client.on('close', () => target.destroy())
  })
  const port = await listen(server)
  return { port, url: `${scheme}://localhost:${port}`, connects }
}

describe.each(['http', 'https'] as const)('an %s provider', (providerScheme) => {
  describe.each(['http', 'https'] as const)('behind an %s proxy', (proxyScheme) => {
    test('is reached through one tunnel, which further calls use again', async () => {
      const body = Buffer.alloc(3_000_000, 'é')
      const provider = await startProvider(providerScheme, body)
      const proxy = await startProxy(proxyScheme)
      const upstream = open(provider.url, { proxy: proxy.url, caFile: CA_FILE })
      for (let i = 0; i < 3; i += 1) {
        const observed = observe(upstream)
        await observed.over
        expect(observed.told).toEqual(['response 200', 'data', 'end'])
        expect(observed.body().equals(body)).toBe(true)
      }
      expect(proxy.connects).toEqual([{ target: new URL(provider.url).host, authorization: undefined }])
    })

    test('sees its socket closed by an abort', async () => {
      const provider = await startProvider(providerScheme)
      const proxy = await startProxy(proxyScheme)
      const upstream = open(provider.url, { proxy: proxy.url, caFile: CA_FILE })
      const observed = observe(upstream, { path: '/silent' })
      while ((await provider.openSockets()) === 0) await settle(1)
      observed.call.abort()
      while ((await provider.openSockets()) > 0) await settle(1)
      expect(observed.told).toEqual([])
    })
  })
})

test('credentials go to the proxy, decoded, and not to the provider', async () => {
  let headers: http.IncomingHttpHeaders = {}
  const provider = http.createServer((request, response) => {
    headers = request.headers
    response.end()
  })
  const port = await listen(provider)
  const proxy = await startProxy()
  const upstream = open(`http://127.0.0.1:${port}`, { proxy: `http://us%40er:p%3Aw@localhost:${proxy.port}` })
  await observe(upstream, { headers: { 'x-a': 'b' } }).over
  expect(proxy.connects[0]?.authorization).toBe(`Basic ${Buffer.from('us@er:p:w').toString('base64')}`)
  expect(headers).toMatchObject({ 'x-a': 'b', host: `127.0.0.1:${port}` })
  expect(headers).not.toHaveProperty('proxy-authorization')
})

describe('proxy trouble is upstream_error that names the proxy, never its credentials', () => {
  async function failing(proxy: string) {
    const observed = observe(open('https://provider.invalid', { proxy }))
    await observed.over
    await settle()
    expect(observed.told).toHaveLength(1)
    expect(observed.error()?.message).not.toContain('secret')
    return observed.error()
  }

  test('wrong credentials', async () => {
    const proxy = await startProxy('http', 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
    const error = await failing(`http://user:secret@localhost:${proxy.port}`)
    expect(error?.code).toBe('upstream_error')
    expect(error?.message).toBe(
      `The gateway could not connect to the provider at provider.invalid:443 through the proxy localhost:${proxy.port}: the proxy wants credentials (407).`,
    )
    expect(proxy.connects).toHaveLength(1)
  })

  test('a proxy that cannot reach the provider', async () => {
    const proxy = await startProxy('http', 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 5\r\n\r\nsorry')
    expect((await failing(proxy.url))?.message).toContain('the proxy answered 502')
  })

  test('a proxy that hangs up', async () => {
    const port = await listen(net.createServer((socket) => socket.once('data', () => socket.end())))
    expect((await failing(`http://localhost:${port}`))?.message).toContain('the proxy closed the connection')
  })

  test('a proxy that speaks something else', async () => {
    const port = await listen(net.createServer((socket) => socket.once('data', () => socket.write('220 smtp\r\n'))))
    const error = await failing(`http://localhost:${port}`)
    expect(error?.code).toBe('upstream_error')
    expect(error?.message).toContain(`through the proxy localhost:${port}`)
  })

  test('a proxy that is not there', async () => {
    const server = net.createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // it listens on TCP
    await new Promise((resolve) => server.close(resolve))
    expect((await failing(`http://localhost:${port}`))?.message).toMatch(/through the proxy .*: connection refused/)
  })

  test('a proxy whose certificate nobody here trusts', async () => {
    const proxy = await startProxy('https')
    const error = await failing(proxy.url)
    expect(error?.code).toBe('upstream_error')
    expect(error?.message).toMatch(/: the proxy's TLS certificate is not trusted \([A-Z_]+\)\.$/)
  })

  test('a proxy that never answers: upstream_timeout', async () => {
    const port = await listen(net.createServer(() => undefined))
    const observed = observe(
      open('https://provider.invalid', { proxy: `http://localhost:${port}`, connectTimeoutMs: 100 }),
    )
    await observed.over
    expect(observed.told).toEqual(['error upstream_timeout'])
    expect(observed.error()?.message).toBe(`The proxy localhost:${port} gave no connection within 100 ms.`)
  })
})
