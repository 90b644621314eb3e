import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type FileServer, startFileServer } from './file-server.js'
import { type Installation, install } from './installation.js'
import { hosted, remoteModel } from './remote-model.js'

interface Proxy {
  readonly url: string
  /** Targets of CONNECT. */
  readonly tunnels: string[]
}

/** Opens tunnels, or answers with this status. */
async function startProxy(status = 200): Promise<Proxy> {
  const tunnels: string[] = []
  const server: Server = createServer()
  server.on('connect', (request, socket) => {
    const { hostname, port } = new URL(`http://${request.url}`)
    tunnels.push(`${hostname}:${port}`)
    socket.on('error', () => {})
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
      return
    }
    // The name is known to the proxy alone, as in networks that have no DNS of their own.
    const target = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    target.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels } // it listens on TCP
}

async function startBed(): Promise<Installation & { readonly server: FileServer; readonly hidden: string }> {
  const server = await startFileServer(hosted())
  onTestFinished(() => server.close())
  const hidden = `http://models.invalid:${new URL(server.url).port}`
  return { ...install([remoteModel(hidden)]), server, hidden }
}

test.each(['HTTP_PROXY', 'http_proxy'])('a pull goes through the proxy of %s', async (variable) => {
  const { run, server, dataDir } = await startBed()
  const proxy = await startProxy()
  expect(await run(['pull', 'tiny-remote'], { [variable]: proxy.url })).toMatchObject({
    code: 0,
    stdout: `tiny-remote is installed: ${join(dataDir, 'models/tiny-remote')}\n`,
  })
  expect(new Set(proxy.tunnels)).toEqual(new Set([`models.invalid:${new URL(server.url).port}`]))
})

test('hosts of NO_PROXY are reached without it', async () => {
  const { run, server } = await startBed()
  const proxy = await startProxy()
  const env = { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' }
  expect(await run(['pull', 'tiny-remote', '--mirror', server.url], env)).toMatchObject({ code: 0 })
  expect(proxy.tunnels).toEqual([])
})

test('addresses of https go through the proxy of HTTPS_PROXY', async () => {
  const { run } = await startBed()
  const proxy = await startProxy(403)
  const { code, stderr } = await run(['pull', 'tiny-remote', '--mirror', 'https://models.invalid'], {
    HTTPS_PROXY: proxy.url,
  })
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('answered 403') })
  expect(proxy.tunnels).toEqual(['models.invalid:443'])
})

test.each([
  ['wants a password', 407, 'answered 407. Put user and password into HTTPS_PROXY.'],
  ['cannot reach the host', 502, 'answered 502.'],
])('a proxy that %s is told as such', async (_, status, message) => {
  const { run } = await startBed()
  const proxy = await startProxy(status)
  const { code, stderr } = await run(['pull', 'tiny-remote'], { HTTP_PROXY: proxy.url })
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) })
})

test.each([
  ['that nobody listens at', 'http://127.0.0.1:9', /refused/],
  ['that is no address', 'not an address', /HTTPS_PROXY or HTTP_PROXY is not a proxy's address/],
])('a proxy %s is told', async (_, proxy, message) => {
  const { run } = await startBed()
  const { code, stderr } = await run(['pull', 'tiny-remote'], { HTTP_PROXY: proxy })
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) })
})
