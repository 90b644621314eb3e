import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ModelError } from '../../src/model-registry/model-error.js'
import { type PullEvent, type PullOptions, pullModel } from '../../src/model-registry/pull.js'
import {
  answer,
  corrupt,
  cutAfter,
  type FileServer,
  redirectTo,
  refuseRanges,
  silentAfter,
  startFileServer,
  trickle,
} from './file-server.js'
import { CONTENTS, hosted, remoteModel, temporaryFolder, writeFiles } from './remote-model.js'

const PACE = { connectMs: 2000, silenceMs: 300, least: { windowMs: 10_000, bytes: 1000 }, retryDelayMs: 5 }
const NETWORK = 'onnx/model.onnx'

async function startServer(files = hosted()): Promise<FileServer> {
  const server = await startFileServer(files)
  onTestFinished(() => server.close())
  return server
}

interface Pulling {
  readonly folder: string
  readonly events: PullEvent[]
  pull(options?: Partial<PullOptions>): ReturnType<typeof pullModel>
  /** The error a pull ends with. */
  failure(options?: Partial<PullOptions>): Promise<ModelError>
}

function pullingFrom(endpoint: string): Pulling {
  const folder = join(temporaryFolder(), 'models', 'tiny-remote')
  const events: PullEvent[] = []
  const pull = (options: Partial<PullOptions> = {}): ReturnType<typeof pullModel> =>
    pullModel({
      ...{ model: remoteModel(endpoint), folder, mirror: null, pace: PACE },
      onEvent: (event) => events.push(event),
      ...options,
    })
  const failure = (options?: Partial<PullOptions>): Promise<ModelError> =>
    pull(options).then(
      () => expect.fail('the pull went well'),
      (error: ModelError) => error,
    )
  return { folder, events, pull, failure }
}

function expectInstalled(folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.map((file) => file.name).toSorted()).toEqual(['model.onnx', 'tokenizer.json'])
  for (const [path, content] of CONTENTS) expect(readFileSync(join(folder, path)).equals(content)).toBe(true)
}

function rangesOf(server: FileServer): readonly (string | undefined)[] {
  return server.requests.map(({ headers }) => headers.range)
}

test('a fresh pull leaves the files and nothing else', async () => {
  const server = await startServer()
  const { folder, pull, events } = pullingFrom(server.url)
  expect(await pull()).toBe('pulled')
  expectInstalled(folder)
  expect(events.at(0)).toMatchObject({ kind: 'progress', receivedBytes: 0, totalBytes: 305_000 })
  expect(events.at(-1)).toMatchObject({ kind: 'progress', receivedBytes: 305_000, totalBytes: 305_000 })
})

test('what is installed is not fetched again, unless by force', async () => {
  const server = await startServer()
  const { folder, pull } = pullingFrom(server.url)
  writeFiles(folder, CONTENTS)
  expect(await pull()).toBe('present')
  expect(server.requests).toEqual([])
  expect(await pull({ force: true })).toBe('pulled')
  expect(server.requests).toHaveLength(2)
})

test('only files that are missing or damaged are fetched', async () => {
  const server = await startServer()
  const { folder, pull } = pullingFrom(server.url)
  writeFiles(folder, new Map([...CONTENTS, ['tokenizer.json', Buffer.alloc(5000)]]))
  expect(await pull()).toBe('pulled')
  expect(server.requests.map(({ url }) => url.split('/').at(-1))).toEqual(['tokenizer.json'])
  expectInstalled(folder)
})

test('a pull that was broken off goes on where it stopped, and asks for the same version', async () => {
  const server = await startServer()
  const { folder, pull, failure } = pullingFrom(server.url)
  const stop = new AbortController()
  server.misbehave(silentAfter(100_000))
  const pace = { ...PACE, silenceMs: 20_000 }
  const stopped = await failure({
    pace,
    signal: stop.signal,
    onEvent: (event) => event.kind === 'progress' && event.receivedBytes >= 100_000 && stop.abort(),
  })
  expect(stopped).toMatchObject({ code: 'aborted', message: expect.stringContaining(`${NETWORK}.part`) })
  expect(readdirSync(folder)).toEqual(['onnx'])
  await pull()
  expect(server.requests[1]?.headers).toMatchObject({ range: 'bytes=100000-', 'if-range': '"version-1"' })
  expectInstalled(folder)
})

test('connections that are cut again and again are taken up again as long as each brings something', async () => {
  const server = await startServer()
  const { folder, pull, events } = pullingFrom(server.url)
  server.misbehave(...Array.from({ length: 12 }, () => cutAfter(20_000)))
  await pull()
  expect(rangesOf(server).slice(0, 3)).toEqual([undefined, 'bytes=20000-', 'bytes=40000-'])
  expect(events.filter(({ kind }) => kind === 'retry')).toHaveLength(12)
  expectInstalled(folder)
})

test('connections that bring nothing are given up', async () => {
  const server = await startServer()
  const { folder, failure } = pullingFrom(server.url)
  server.misbehave(cutAfter(1000))
  server.alwaysMisbehave(cutAfter(0))
  const error = await failure()
  expect(error).toMatchObject({ code: 'network', message: expect.stringMatching(/5 attempts: the connection was cut/) })
  expect(readFileSync(join(folder, `${NETWORK}.part`))).toHaveLength(1000)
})

test('a server that falls silent is asked again', async () => {
  const server = await startServer()
  const { folder, pull, events } = pullingFrom(server.url)
  server.misbehave(silentAfter(70_000))
  await pull()
  expect(events).toContainEqual(expect.objectContaining({ kind: 'retry', reason: 'it fell silent' }))
  expectInstalled(folder)
})

test('a server that only trickles is left for another connection', async () => {
  const server = await startServer()
  const { folder, pull, events } = pullingFrom(server.url)
  server.misbehave(trickle(5))
  await pull({ pace: { ...PACE, least: { windowMs: 100, bytes: 1000 } } })
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'retry', reason: expect.stringMatching(/sent only \d+ bytes/) }),
  )
  expect(server.requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/)
  expectInstalled(folder)
})

test('a server that always trickles is given up, although it never falls silent', async () => {
  const server = await startServer()
  const { folder, failure } = pullingFrom(server.url)
  server.alwaysMisbehave(trickle(5))
  const error = await failure({ pace: { ...PACE, least: { windowMs: 50, bytes: 1000 } } })
  expect(error).toMatchObject({ code: 'network', message: expect.stringMatching(/in 5 attempts: it sent only/) })
  expect(readFileSync(join(folder, `${NETWORK}.part`)).length).toBeGreaterThan(5)
})

test('a server that refuses ranges is read from the start', async () => {
  const server = await startServer()
  const { folder, pull } = pullingFrom(server.url)
  server.misbehave(cutAfter(50_000), refuseRanges)
  await pull()
  expect(rangesOf(server)).toEqual([undefined, 'bytes=50000-', undefined])
  expectInstalled(folder)
})

test('a server that refuses ranges and always cuts is given up', async () => {
  const server = await startServer()
  server.alwaysMisbehave((exchange) => {
    delete exchange.request.headers.range
    cutAfter(50_000)(exchange)
  })
  expect(await pullingFrom(server.url).failure()).toMatchObject({ code: 'network' })
  expect(server.requests).toHaveLength(5)
})

test('a part of another version is thrown away', async () => {
  const server = await startServer()
  const { folder, pull } = pullingFrom(server.url)
  writeFiles(
    folder,
    new Map([
      [`${NETWORK}.part`, Buffer.alloc(1000)],
      [`${NETWORK}.part.etag`, Buffer.from('"old"')],
    ]),
  )
  await pull()
  expect(server.requests[0]?.headers).toMatchObject({ range: 'bytes=1000-', 'if-range': '"old"' })
  expect(server.requests).toHaveLength(2)
  expectInstalled(folder)
})

test('a part that turns out to be wrong is fetched once more from the start', async () => {
  const server = await startServer()
  const { folder, pull } = pullingFrom(server.url)
  writeFiles(folder, new Map([[`${NETWORK}.part`, Buffer.alloc(1000)]]))
  await pull()
  expect(rangesOf(server).slice(0, 2)).toEqual(['bytes=1000-', undefined])
  expectInstalled(folder)
})

test.each([300_000, 400_000])(
  'a part of %i bytes, as many as the file or more, is checked or thrown away',
  async (length) => {
    const server = await startServer()
    const { folder, pull } = pullingFrom(server.url)
    writeFiles(folder, new Map([[`${NETWORK}.part`, Buffer.alloc(length)]]))
    await pull()
    expectInstalled(folder)
  },
)

test('a finished part is put into place without a word to the server', async () => {
  const server = await startServer()
  const { folder, pull } = pullingFrom(server.url)
  writeFiles(folder, new Map([...CONTENTS].map(([path, content]) => [`${path}.part`, content])))
  await pull()
  expect(server.requests).toEqual([])
  expectInstalled(folder)
})

test('content with a wrong hash is thrown away, and both hashes are told', async () => {
  const server = await startServer()
  const { folder, failure } = pullingFrom(server.url)
  server.alwaysMisbehave(corrupt)
  const error = await failure()
  expect(error.code).toBe('wrong-content')
  expect(error.message).toMatch(/model\.onnx: .* expected sha256 [0-9a-f]{64}, found sha256 [0-9a-f]{64}/)
  expect(readdirSync(join(folder, 'onnx'))).toEqual([])
})

test('what is installed stays when a forced pull fails', async () => {
  const server = await startServer()
  const { folder, failure } = pullingFrom(server.url)
  writeFiles(folder, CONTENTS)
  server.alwaysMisbehave(corrupt)
  await failure({ force: true })
  expectInstalled(folder)
})

test('a server that says another size than the manifest is not read at all', async () => {
  const server = await startServer(new Map([...hosted()].map(([path, content]) => [path, content.subarray(1)])))
  const { folder, failure } = pullingFrom(server.url)
  expect((await failure()).message).toContain('expected 300,000 bytes, the server offers 299,999 bytes')
  expect(existsSync(join(folder, NETWORK))).toBe(false)
})

test('a server that sends more than the manifest says is stopped', async () => {
  const server = await startServer()
  server.alwaysMisbehave(({ response }) => {
    response.writeHead(200)
    const send = (): boolean => response.write(Buffer.alloc(65_536))
    response.on('drain', send)
    while (send());
  })
  const { folder, failure } = pullingFrom(server.url)
  expect(await failure()).toMatchObject({ code: 'wrong-content', message: expect.stringContaining('more than') })
  expect(existsSync(join(folder, NETWORK))).toBe(false)
})

test('a server that lies about the length and ends early is asked for the rest', async () => {
  const server = await startServer()
  const { folder, pull } = pullingFrom(server.url)
  // Chunked, so that the end looks like a proper one.
  server.misbehave(({ response, content }) => void response.writeHead(200).end(content?.subarray(0, 1234)))
  await pull()
  expect(rangesOf(server).slice(0, 2)).toEqual([undefined, 'bytes=1234-'])
  expectInstalled(folder)
})

test('redirects are followed, relative and absolute, with the range and without the password', async () => {
  const origin = await startServer()
  const store = await startServer(new Map([...hosted()].map(([path, content]) => [`/store${path}`, content])))
  const address = new URL(origin.url)
  address.username = 'me'
  address.password = 'secret'
  const { folder, pull } = pullingFrom(address.href)
  const toStore = redirectTo((path) => `${store.url}/store${path.replace('/again', '')}?signature=x`)
  origin.misbehave(
    redirectTo((path) => `/again${path}`, 307),
    toStore,
    toStore,
    toStore,
  )
  store.misbehave(cutAfter(1000))
  await pull()
  expectInstalled(folder)
  expect(origin.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`)
  expect(origin.requests[1]?.url).toMatch(/^\/again/)
  expect(store.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined, undefined])
  expect(store.requests[1]?.headers.range).toBe('bytes=1000-')
})

test.each([
  ['to themselves', redirectTo((path) => path), /redirects more than 5 times/],
  ['to something that is not the web', redirectTo(() => 'file:///etc/passwd'), /redirects to "file:/],
])('redirects %s are not followed', async (_, behaviour, message) => {
  const server = await startServer()
  server.alwaysMisbehave(behaviour)
  expect((await pullingFrom(server.url).failure()).message).toMatch(message)
})

test.each([
  [404, {}, 'it answered 404: there is no such file; is the mirror complete?\n'],
  [403, {}, 'it answered 403: access is denied'],
  [511, {}, 'a web page came instead of the file'],
  [200, { 'content-type': 'text/html; charset=utf-8' }, 'a web page came instead of the file'],
])('an answer %i %j ends the pull at once', async (status, headers, message) => {
  const server = await startServer()
  server.alwaysMisbehave(answer(status, headers, '<html>Please log in</html>'))
  const error = await pullingFrom(server.url).failure()
  expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining(message) })
  expect(error.message).toContain('yourself: onnx/model.onnx, tokenizer.json.')
  expect(server.requests).toHaveLength(1)
})

test('a server in trouble is asked again, when it says', async () => {
  const server = await startServer()
  const { folder, pull, events } = pullingFrom(server.url)
  server.misbehave(answer(503), answer(429, { 'retry-after': '0' }), answer(500))
  await pull()
  expect(events.flatMap((event) => (event.kind === 'retry' ? [event.reason] : []))).toEqual([
    'it answered 503',
    'it answered 429',
    'it answered 500',
  ])
  expect(events.filter((event) => event.kind === 'retry')[1]).toMatchObject({ waitMs: 0 })
  expectInstalled(folder)
})

test('a server that stays in trouble is given up', async () => {
  const server = await startServer()
  server.alwaysMisbehave(answer(502))
  expect((await pullingFrom(server.url).failure()).message).toContain('in 5 attempts: it answered 502')
})

test.each([
  ['nobody listens', 'http://127.0.0.1:9', /the connection was refused/],
  ['its name is not known', 'http://models.invalid', /its host name/],
])('offline, because %s, the pull ends at once and says what would help', async (_, endpoint, message) => {
  const { failure, folder } = pullingFrom(endpoint)
  const error = await failure()
  expect(error).toMatchObject({ code: 'network', message: expect.stringMatching(message) })
  expect(error.message).toContain(`HTTPS_PROXY. Or put the files into ${folder} yourself`)
})

test('offline with a part, the pull ends at once and keeps it', async () => {
  const { failure, folder, events } = pullingFrom('http://127.0.0.1:9')
  writeFiles(folder, new Map([[`${NETWORK}.part`, Buffer.alloc(1000)]]))
  expect(await failure()).toMatchObject({ code: 'network' })
  expect(events.filter(({ kind }) => kind === 'retry')).toEqual([])
  expect(readFileSync(join(folder, `${NETWORK}.part`))).toHaveLength(1000)
})

test('a server that goes away in the middle is waited for', async () => {
  const server = await startServer()
  const { folder, pull, failure, events } = pullingFrom(server.url)
  server.misbehave(cutAfter(1000))
  const error = await failure({
    onEvent(event) {
      events.push(event)
      if (event.kind === 'retry') void server.close()
    },
  })
  expect(error).toMatchObject({ code: 'network', message: expect.stringContaining('refused') })
  expect(events.filter(({ kind }) => kind === 'retry')).toHaveLength(4)
  expect(await pull({ mirror: (await startServer()).url })).toBe('pulled')
  expectInstalled(folder)
})

test('a mirror that is no address is told as such, at once', async () => {
  const { failure, events } = pullingFrom('http://127.0.0.1:9')
  for (const mirror of ['huggingface.example', 'ftp://host/hub']) {
    expect(await failure({ mirror })).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(`"${mirror}" is not an http or https address`),
    })
  }
  expect(events.filter(({ kind }) => kind === 'retry')).toEqual([])
})

test('TLS that cannot be is told as such', async () => {
  const server = await startServer()
  const { failure } = pullingFrom(server.url.replace('http:', 'https:'))
  expect((await failure()).message).toMatch(/its certificate or TLS is not accepted .*NODE_EXTRA_CA_CERTS/)
})

test('a mirror takes the place of the endpoint, with a path of its own', async () => {
  const mirror = await startServer(new Map([...hosted()].map(([path, content]) => [`/hub${path}`, content])))
  const { folder, pull } = pullingFrom('http://127.0.0.1:9')
  await pull({ mirror: `${mirror.url}/hub/` })
  expectInstalled(folder)
})

test('two pulls at once in one process fetch once', async () => {
  const server = await startServer()
  const { folder, pull, events } = pullingFrom(server.url)
  expect((await Promise.all([pull(), pull()])).toSorted()).toEqual(['present', 'pulled'])
  expect(server.requests).toHaveLength(2)
  expect(events).toContainEqual({ kind: 'waiting', holder: expect.stringContaining(String(process.pid)) })
  expectInstalled(folder)
})

test.each([
  ['of a process that is gone', { pid: 2 ** 22 + 1, token: 'x' }],
  ['of a process that had our number before', { pid: process.pid, token: 'x' }],
])('a lock %s holds nobody up', async (_, holder) => {
  const server = await startServer()
  const { folder, pull, events } = pullingFrom(server.url)
  const { hostname } = await import('node:os')
  writeFiles(folder, new Map([['.pull.lock', Buffer.from(JSON.stringify({ host: hostname(), ...holder }))]]))
  await pull()
  expect(events.filter(({ kind }) => kind === 'waiting')).toEqual([])
  expectInstalled(folder)
})

test('a lock of another machine is waited for, until the pull is stopped', async () => {
  const server = await startServer()
  const { folder, failure } = pullingFrom(server.url)
  writeFiles(folder, new Map([['.pull.lock', Buffer.from('{"pid":1,"host":"elsewhere","token":"x"}')]]))
  const stop = new AbortController()
  const error = await failure({ signal: stop.signal, onEvent: ({ kind }) => kind === 'waiting' && stop.abort() })
  expect(error.code).toBe('aborted')
  expect(server.requests).toEqual([])
})

test('a folder that cannot be written is told as such', async () => {
  const server = await startServer()
  const folder = temporaryFolder()
  writeFiles(folder, new Map([['models', Buffer.from('a file is in the way')]]))
  const error = await pullingFrom(server.url).failure({ folder: join(folder, 'models', 'tiny-remote') })
  expect(error).toMatchObject({ code: 'disk', message: expect.stringContaining('could not be written') })
})
