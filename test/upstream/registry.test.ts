import { copyFileSync, mkdtempSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { HttpUpstreamOptions } from '../../src/upstream/http-upstream.js'
import { createUpstreamRegistry, type UpstreamRegistry } from '../../src/upstream/registry.js'
import { observe } from './observed-call.js'
import { startSocketServer } from './scripted-socket.js'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function start() {
  const held: (() => void)[] = []
  const server = await startSocketServer((socket, request) => {
    const answer = () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    if (request.includes('/held')) held.push(answer)
    else answer()
  })
  const registry = createUpstreamRegistry()
  closers.push(server.close, () => registry.close())
  return { server, registry, held }
}

function options(baseUrl: string, changes: Partial<HttpUpstreamOptions> = {}): HttpUpstreamOptions {
  return { baseUrl, headers: {}, connectTimeoutMs: 1000, proxy: null, caFile: null, ...changes }
}

function get(registry: UpstreamRegistry, name: string) {
  const upstream = registry.get(name)
  if (upstream === undefined) throw new Error(`no upstream ${name}`)
  return upstream
}

test('an upstream whose options stay the same keeps its warm connections', async () => {
  const { server, registry } = await start()
  registry.update([{ name: 'a', options: options(server.url) }])
  const before = get(registry, 'a')
  await observe(before).over
  registry.update([
    { name: 'b', options: options(server.url) },
    { name: 'a', options: options(server.url) },
  ])
  expect(registry.get('a')).toBe(before)
  await observe(get(registry, 'a')).over
  expect(server.accepted()).toBe(1)
})

test('a replaced upstream ends its calls in peace, serves those who still hold it, and closes', async () => {
  const { server, registry, held } = await start()
  registry.update([{ name: 'a', options: options(server.url) }])
  const old = get(registry, 'a')
  const running = observe(old, { path: '/held' })
  while (held.length === 0) await new Promise((resolve) => setImmediate(resolve))

  registry.update([{ name: 'a', options: options(server.url, { headers: { 'x-a': 'b' } }) }])
  expect(registry.get('a')).not.toBe(old)
  const late = observe(old)
  await late.over
  for (const answer of held) answer()
  await running.over
  await server.quiet()
  expect([running.told, late.told]).toEqual([
    ['response 200', 'data', 'end'],
    ['response 200', 'data', 'end'],
  ])
})

test('a provider that is gone from the list is gone', async () => {
  const { server, registry } = await start()
  registry.update([{ name: 'a', options: options(server.url) }])
  await observe(get(registry, 'a')).over
  registry.update([])
  expect(registry.get('a')).toBeUndefined()
  await server.quiet()
})

test('a list with a mistake changes nothing and names the provider', async () => {
  const { server, registry } = await start()
  registry.update([{ name: 'a', options: options(server.url) }])
  const before = registry.get('a')
  const list = [
    { name: 'a', options: options(server.url, { connectTimeoutMs: 7 }) },
    { name: 'b', options: options('https://x.test', { caFile: '/no/such/ca.pem' }) },
  ]
  expect(() => registry.update(list)).toThrow(/^providers\.b: .*ca\.pem/)
  expect(registry.get('a')).toBe(before)
  expect(registry.get('b')).toBeUndefined()
  await observe(get(registry, 'a')).over
})

test('a CA file that was written anew makes a new upstream', async () => {
  const { registry } = await start()
  const file = join(mkdtempSync(join(tmpdir(), 'llmrouter-')), 'ca.pem')
  copyFileSync(new URL('../fixtures/tls/ca.pem', import.meta.url), file)
  const list = [{ name: 'a', options: options('https://x.test', { caFile: file }) }]
  registry.update(list)
  const before = registry.get('a')
  registry.update(list)
  expect(registry.get('a')).toBe(before)
  utimesSync(file, 1, 1)
  registry.update(list)
  expect(registry.get('a')).not.toBe(before)
})

test('closing ends the calls of current and of replaced upstreams', async () => {
  const { server, registry, held } = await start()
  registry.update([{ name: 'a', options: options(server.url) }])
  const old = observe(get(registry, 'a'), { path: '/held' })
  registry.update([{ name: 'a', options: options(server.url, { connectTimeoutMs: 7 }) }])
  const current = observe(get(registry, 'a'), { path: '/held' })
  while (held.length < 2) await new Promise((resolve) => setImmediate(resolve))
  await registry.close()
  await Promise.all([old.over, current.over])
  expect([old.told, current.told]).toEqual([['error upstream_error'], ['error upstream_error']])
  await server.quiet()
})
