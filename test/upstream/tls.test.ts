import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { observe, upstreamAt } from './observed-call.js'
import { startSocketServer } from './scripted-socket.js'

const FIXTURES = new URL('../fixtures/tls/', import.meta.url)
const CA_FILE = new URL('ca.pem', FIXTURES).pathname

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function open(...args: Parameters<typeof upstreamAt>) {
  const upstream = upstreamAt(...args)
  closers.push(() => upstream.close())
  return upstream
}

async function startTlsServer(name: 'server' | 'stranger' = 'server') {
  const serverNames: unknown[] = []
  let resumed = 0
  const server = https.createServer(
    { key: readFileSync(new URL(`${name}-key.pem`, FIXTURES)), cert: readFileSync(new URL(`${name}.pem`, FIXTURES)) },
    (_request, response) => {
      response.setHeader('connection', 'close')
      response.end('hello')
    },
  )
  server.on('secureConnection', (socket) => {
    serverNames.push(socket.servername)
    if (socket.isSessionReused()) resumed += 1
  })
  // A client that does not trust the certificate leaves in the middle of the handshake.
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as AddressInfo // it listens on TCP
  return { port, serverNames, resumed: () => resumed }
}

describe('a private CA', () => {
  test.each(['localhost', '127.0.0.1'])('makes its certificate for %s good', async (host) => {
    const server = await startTlsServer()
    const observed = observe(open(`https://${host}:${server.port}`, { caFile: CA_FILE }))
    await observed.over
    expect(observed.told).toEqual(['response 200', 'data', 'end'])
    // An IP address is no server name.
    expect(server.serverNames).toEqual([host === 'localhost' ? 'localhost' : false])
  })

  test('the host header decides the name that TLS asks for and checks', async () => {
    const server = await startTlsServer('stranger')
    const observed = observe(
      open(`https://127.0.0.1:${server.port}`, { caFile: CA_FILE, headers: { host: 'elsewhere.test' } }),
    )
    await observed.over
    expect(observed.told).toEqual(['response 200', 'data', 'end'])
    expect(server.serverNames).toEqual(['elsewhere.test'])
  })

  test('the second handshake resumes the session of the first', async () => {
    const server = await startTlsServer()
    const upstream = open(`https://localhost:${server.port}`, { caFile: CA_FILE })
    await observe(upstream).over
    await observe(upstream).over
    expect(server.resumed()).toBe(1)
  })
})

describe('TLS trouble is upstream_error that says so', () => {
  test('a certificate that nobody here trusts, with the way out', async () => {
    const server = await startTlsServer()
    const observed = observe(open(`https://localhost:${server.port}`))
    await observed.over
    expect(observed.told).toEqual(['error upstream_error'])
    expect(observed.error()?.message).toMatch(/localhost:\d+: its TLS certificate is not trusted .*'caFile'/)
  })

  test('a certificate for another name', async () => {
    const server = await startTlsServer('stranger')
    const observed = observe(open(`https://localhost:${server.port}`, { caFile: CA_FILE }))
    await observed.over
    expect(observed.told).toEqual(['error upstream_error'])
    expect(observed.error()?.message).toMatch(/TLS certificate is for another name/)
  })

  test('a server that speaks plain HTTP', async () => {
    const server = await startSocketServer(
      () => undefined,
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    )
    closers.push(server.close)
    const observed = observe(open(`https://127.0.0.1:${server.port}`))
    await observed.over
    expect(observed.told).toEqual(['error upstream_error'])
    expect(observed.error()?.message).toMatch(/TLS handshake failed .*http:\/\//)
  })

  test('a server that hangs up in the middle of the handshake', async () => {
    const server = await startSocketServer(
      () => undefined,
      (socket) => socket.once('data', () => socket.end()),
    )
    closers.push(server.close)
    const observed = observe(open(`https://127.0.0.1:${server.port}`))
    await observed.over
    expect(observed.told).toEqual(['error upstream_error'])
    expect(observed.error()?.message).toMatch(/TLS handshake failed/)
  })
})

describe('a caFile that is no help is refused at once', () => {
  test('one that does not exist', () => {
    expect(() => upstreamAt('https://localhost', { caFile: '/no/such/file.pem' })).toThrow(
      /caFile '\/no\/such\/file\.pem' cannot be used: ENOENT/,
    )
  })

  test('one without a certificate', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'llmrouter-')), 'key.pem')
    writeFileSync(file, 'not a certificate')
    expect(() => upstreamAt('https://localhost', { caFile: file })).toThrow(/holds no PEM certificate/)
  })

  test('one whose certificate is damaged', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'llmrouter-')), 'bad.pem')
    writeFileSync(file, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
    expect(() => upstreamAt('https://localhost', { caFile: file })).toThrow(/caFile '.*bad\.pem'/)
  })
})
