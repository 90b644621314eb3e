import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { TRANSPORTS } from '../support/transports.js'

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

describe.each(TRANSPORTS)('the page, over %s', (transport) => {
  let gateway: TestGateway
  beforeAll(async () => {
    const hash = `sha256:${createHash('sha256').update('a key').digest('hex')}`
    gateway = await startTestGateway(
      { auth: { keys: [{ name: 'a', hash }], adminKeyHash: hash }, server: { host: '127.0.0.1' } },
      { transport },
    )
  })
  afterAll(() => gateway.close())
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(gateway.url + path, { method, headers })

  test('is for everybody and holds no data, and nothing of it comes from elsewhere', async () => {
    const response = await get('/')
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CSP,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    expect(html).not.toMatch(/https?:|<script(?![^>]* src=)|<style|style="|\son\w+=/)
    expect(html).toContain('<script type="module" src="assets/')
  })

  test('everything it names is there, with its type, for ever', async () => {
    const html = await (await get('/')).text()
    const names = [...html.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map(([, name]) => name)
    expect(names.length).toBeGreaterThan(20)
    const types = new Set<string>()
    for (const name of new Set(names)) {
      const response = await get(`/${name}`)
      types.add(response.headers.get('content-type') ?? '')
      expect([response.status, response.headers.get('cache-control')]).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ])
      const text = await response.text()
      // Every import leads to another file of the page.
      for (const [, path = ''] of text.matchAll(/^import .* from '([^']+)'/gm)) {
        expect((await get(new URL(path, `http://x/${name}`).pathname)).status).toBe(200)
      }
    }
    expect([...types].sort()).toEqual(['image/svg+xml', 'text/css; charset=utf-8', 'text/javascript; charset=utf-8'])
  })

  test('is not sent again to whoever has it', async () => {
    const first = await get('/', { 'accept-encoding': 'identity' })
    const etag = first.headers.get('etag') ?? ''
    const again = await get('/', { 'accept-encoding': 'identity', 'if-none-match': `"other", W/${etag}` })
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
    expect((await get('/', { 'accept-encoding': 'identity', 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('is sent compressed where that is allowed', async () => {
    const { request } = await import('node:http')
    const raw = (encoding: string) =>
      new Promise<{ encoding: string | undefined; body: Buffer }>((resolve) => {
        request(gateway.url, { headers: { 'accept-encoding': encoding } }, (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('end', () =>
            resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(parts) }),
          )
        }).end()
      })
    const [plain, packed] = [await raw('identity'), await raw('gzip, br')]
    expect([plain.encoding, packed.encoding]).toEqual([undefined, 'gzip'])
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true)
  })

  test('is only to be read', async () => {
    const head = await get('/', {}, 'HEAD')
    expect([head.status, await head.text(), head.headers.get('content-type')]).toEqual([
      200,
      '',
      'text/html; charset=utf-8',
    ])
    const post = await get('/', {}, 'POST')
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })

  test.each(['/assets/main.js', '/assets/', '/assets/0123/main.js', '/assets/%2e%2e/package.json'])(
    'there is nothing at %s',
    async (path) => {
      const response = await get(path)
      expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
        404,
        'not_found',
      ])
    },
  )
})
