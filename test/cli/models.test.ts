import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ManifestModel } from '../../src/model-registry/manifest.js'
import { type FileServer, silentAfter, startFileServer } from '../model-registry/file-server.js'
import { type Installation, install } from '../model-registry/installation.js'
import { CONTENTS, fileRow, hosted, noise, remoteModel, writeFiles } from '../model-registry/remote-model.js'

const NETWORK = noise(1000, 7)
const CLASSIFIER: ManifestModel = {
  name: 'tiny-classifier',
  version: '2',
  kind: 'classifier',
  origin: { kind: 'bundled', directory: 'classifier' },
  licence: 'MIT',
  description: 'For tests.',
  training: 'None.',
  files: [fileRow('onnx', 'model.onnx', NETWORK)],
  input: 'features',
  output: 'probability',
  features: ['words'],
}

interface Bed extends Installation {
  readonly server: FileServer
  /** Of the remote model. */
  readonly folder: string
}

async function startBed(): Promise<Bed> {
  const server = await startFileServer(hosted())
  onTestFinished(() => server.close())
  const installation = install([CLASSIFIER, remoteModel(server.url)])
  writeFiles(join(installation.packageRoot, 'models/classifier'), new Map([['model.onnx', NETWORK]]))
  return { ...installation, server, folder: join(installation.dataDir, 'models/tiny-remote') }
}

function expectInstalled(folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.map((file) => file.name).toSorted()).toEqual(['model.onnx', 'tokenizer.json'])
  for (const [path, content] of CONTENTS) expect(readFileSync(join(folder, path)).equals(content)).toBe(true)
}

test('list shows every model, and whether it is installed', async () => {
  const { run, folder } = await startBed()
  expect(await run(['list'])).toEqual({
    ...{ code: 0, signal: null, stderr: '' },
    stdout: [
      'NAME             VERSION  KIND        DIMENSION  INSTALLED  SIZE    LICENCE',
      'tiny-classifier  2        classifier  -          yes        0.0 MB  MIT',
      'tiny-remote      1        embedder    8          no         0.3 MB  MIT',
      '',
    ].join('\n'),
  })
  writeFiles(folder, CONTENTS)
  appendFileSync(join(folder, 'tokenizer.json'), 'x')
  expect((await run(['list'])).stdout).toMatch(/tiny-remote .* damaged /)
})

test('list --json is for programs', async () => {
  const { run, folder } = await startBed()
  writeFiles(folder, CONTENTS)
  const { code, stdout } = await run(['list', '--json'])
  expect({ code, rows: JSON.parse(stdout) }).toMatchObject({
    code: 0,
    rows: [
      { name: 'tiny-classifier', kind: 'classifier', origin: 'bundled', dimension: null, status: 'installed' },
      { name: 'tiny-remote', dimension: 8, status: 'installed', bytes: 305_000, licence: 'MIT', folder },
    ],
  })
})

test('pull fetches, says where, and does nothing the second time', async () => {
  const { run, folder, server } = await startBed()
  const first = await run(['pull', 'tiny-remote'])
  expect(first).toMatchObject({ code: 0, stdout: `tiny-remote is installed: ${folder}\n` })
  expect(first.stderr).toMatch(/^tiny-remote: 0\.0 MB of 0\.3 MB\n(?:.*\n)*tiny-remote: 0\.3 MB of 0\.3 MB\n$/)
  expectInstalled(folder)
  expect(await run(['pull', 'tiny-remote'])).toMatchObject({
    code: 0,
    stdout: `tiny-remote is installed already, and whole: ${folder}\n`,
    stderr: '',
  })
  expect(server.requests).toHaveLength(2)
  expect(await run(['pull', 'tiny-remote', '--force'])).toMatchObject({ code: 0 })
  expect(server.requests).toHaveLength(4)
})

test('Ctrl-C leaves a part from which the next pull goes on', async () => {
  const { start, run, folder, server } = await startBed()
  server.misbehave(silentAfter(200_000))
  const pull = start(['pull', 'tiny-remote'])
  await pull.said(/0\.2 MB of/)
  pull.signal('SIGINT')
  const { code, stderr } = await pull.done
  expect({ code, stderr }).toMatchObject({
    code: 130,
    stderr: expect.stringContaining('Stopped. What has been fetched'),
  })
  expect(readdirSync(folder)).toEqual(['onnx'])
  expect(await run(['pull', 'tiny-remote'])).toMatchObject({ code: 0 })
  expect(server.requests[1]?.headers.range).toMatch(/^bytes=(?:1[5-9]\d{4}|200000)-$/)
  expectInstalled(folder)
})

test('a pull that was killed leaves a lock that holds nobody up, and a part', async () => {
  const { start, run, folder, server } = await startBed()
  server.misbehave(silentAfter(200_000))
  const pull = start(['pull', 'tiny-remote'])
  await pull.said(/0\.2 MB of/)
  pull.signal('SIGKILL')
  await pull.done
  expect(existsSync(join(folder, '.pull.lock'))).toBe(true)
  expect(await run(['pull', 'tiny-remote'])).toMatchObject({ code: 0 })
  expect(server.requests[1]?.headers.range).toMatch(/^bytes=(?:1[5-9]\d{4}|200000)-$/)
  expectInstalled(folder)
})

test('of two processes at once one fetches and the other waits; both end well', async () => {
  const { start, folder, server } = await startBed()
  let letGo = (): void => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  server.misbehave(({ serve }) => void held.then(() => serve()))
  const pulls = [start(['pull', 'tiny-remote']), start(['pull', 'tiny-remote'])]
  await Promise.any(pulls.map((pull) => pull.said(/process \d+ on .* is fetching it; waiting/)))
  letGo()
  const results = await Promise.all(pulls.map((pull) => pull.done))
  expect(results.map(({ code }) => code)).toEqual([0, 0])
  expect(server.requests).toHaveLength(2)
  expectInstalled(folder)
})

test('when the process that fetches is killed, the one that waits goes on with its part', async () => {
  const { start, folder, server } = await startBed()
  server.misbehave(silentAfter(200_000))
  const first = start(['pull', 'tiny-remote'])
  await first.said(/0\.2 MB of/)
  const second = start(['pull', 'tiny-remote'])
  await second.said(new RegExp(`process ${first.pid} on`))
  first.signal('SIGKILL')
  expect(await second.done).toMatchObject({ code: 0 })
  expect(server.requests[1]?.headers.range).toMatch(/^bytes=(?:1[5-9]\d{4}|200000)-$/)
  expectInstalled(folder)
})

test('a mirror comes from --mirror, from the configuration, or from HF_ENDPOINT, in this order', async () => {
  const { server, folder } = await startBed()
  const { run, dataDir } = install([remoteModel('http://127.0.0.1:9')])
  const dead = 'http://127.0.0.1:9/dead'
  const file = join(folder, '../../../llmrouter.yaml')
  const pull = (mirror: string, env: string, ...args: string[]): ReturnType<typeof run> => {
    writeFileSync(file, `inference: { mirror: ${mirror} }\n`)
    return run(['pull', 'tiny-remote', '--force', '--config', file, ...args], { HF_ENDPOINT: env })
  }
  expect(await pull('null', server.url)).toMatchObject({ code: 0 })
  expect(await pull(server.url, dead)).toMatchObject({ code: 0 })
  expect(await pull(dead, dead, '--mirror', server.url)).toMatchObject({ code: 0 })
  expect((await pull(dead, server.url)).stderr).toContain(`${dead}/someone/tiny/resolve/`)
  expectInstalled(join(dataDir, 'models/tiny-remote'))
})

test('--data-dir says where, without a configuration file', async () => {
  const { run, dataDir } = await startBed()
  const elsewhere = join(dataDir, '../elsewhere')
  expect(await run(['pull', 'tiny-remote', '--data-dir', elsewhere])).toMatchObject({ code: 0 })
  expectInstalled(join(elsewhere, 'models/tiny-remote'))
  expect((await run(['path', 'tiny-remote', '--data-dir', elsewhere])).stdout).toBe(`${elsewhere}/models/tiny-remote\n`)
})

test('path prints where a model is, or where fetched models are', async () => {
  const { run, dataDir, folder, packageRoot } = await startBed()
  expect((await run(['path'])).stdout).toBe(`${join(dataDir, 'models')}\n`)
  expect((await run(['path', 'tiny-remote'])).stdout).toBe(`${folder}\n`)
  expect((await run(['path', 'tiny-classifier'])).stdout).toBe(`${join(packageRoot, 'models/classifier')}\n`)
})

test('files that were put there by hand are found and verified', async () => {
  const { run, folder } = await startBed()
  expect(await run(['verify', 'tiny-remote'])).toMatchObject({
    code: 1,
    stderr: 'tiny-remote: not installed (llmrouter models pull tiny-remote)\n',
  })
  writeFiles(folder, CONTENTS)
  expect(await run(['verify', 'tiny-remote'])).toMatchObject({ code: 0, stdout: `tiny-remote: good (${folder})\n` })
})

test('verify without a name minds models that are damaged, not remote ones that are absent', async () => {
  const { run, folder, packageRoot } = await startBed()
  const good = await run(['verify'])
  expect(good.code).toBe(0)
  expect(good.stdout).toMatch(/tiny-classifier: good .*\ntiny-remote: not installed/)
  mkdirSync(join(folder, 'onnx'), { recursive: true })
  writeFileSync(join(folder, 'onnx/model.onnx'), 'short')
  appendFileSync(join(packageRoot, 'models/classifier/model.onnx'), 'x')
  const bad = await run(['verify'])
  expect(bad.code).toBe(1)
  expect(bad.stderr).toContain('classifier/model.onnx: expected 1,000 bytes, found 1,001 bytes')
  expect(bad.stderr).toContain('onnx/model.onnx: expected 300,000 bytes, found 5 bytes')
  expect(bad.stderr).toContain('tokenizer.json: expected 5,000 bytes, found no file')
})

test.each([
  ['an unknown model', ['pull', 'tiny-remotte'], 'There is no model "tiny-remotte". Did you mean "tiny-remote"?'],
  ['no model', ['pull'], "missing required argument 'name'"],
  ['an unknown command', ['fetch'], "unknown command 'fetch'"],
  ['no command', [], 'Usage: llmrouter models'],
  ['a mirror that is no address', ['pull', 'tiny-remote', '--mirror', 'nowhere'], 'Expected an http or https address.'],
])('%s is wrong usage', async (_, args, message) => {
  const { run } = await startBed()
  expect(await run(args)).toMatchObject({ code: 64, stderr: expect.stringContaining(message) })
})

test('a wrong configuration is told as everywhere', async () => {
  const { run, dataDir } = await startBed()
  const file = join(dataDir, '../wrong.yaml')
  writeFileSync(file, 'inference: { mirror: 7 }\n')
  expect(await run(['list', '--config', file])).toMatchObject({
    code: 78,
    stderr: expect.stringContaining('inference.mirror'),
  })
})

test('a pull that fails says why and ends with 1', async () => {
  const { run, server } = await startBed()
  server.alwaysMisbehave(({ response }) => void response.writeHead(403).end())
  expect(await run(['pull', 'tiny-remote'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('it answered 403: access is denied'),
  })
})

test.each(['list', 'pull', 'verify', 'path'])('%s explains itself', async (command) => {
  const { run } = await startBed()
  const { code, stdout } = await run([command, '--help'])
  expect(code).toBe(0)
  expect(stdout).toContain(`Usage: llmrouter models ${command}`)
  expect(stdout).toContain('--data-dir <folder>')
})
