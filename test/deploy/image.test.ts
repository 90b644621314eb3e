import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { packageRoot } from '../../src/package-root.js'
import { startGatewayProcess } from '../support/gateway-process.js'
import { copyContext, DOCKERFILE, readInstructions } from './read-dockerfile.js'

const instructions = readInstructions()
const textsOf = (name: string): readonly string[] =>
  instructions.filter((instruction) => instruction.name === name).map(({ text }) => text)

describe('the Dockerfile', () => {
  test('is one', () => {
    expect(validate(DOCKERFILE).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([])
  })

  test('has a stage to build in and one to serve from, where nobody is root', () => {
    expect(textsOf('FROM')).toEqual([
      expect.stringMatching(/^node:.* AS build$/),
      expect.stringMatching(/^node:.*-slim$/),
    ])
    expect(textsOf('USER')).toEqual(['node'])
    expect(instructions.findIndex(({ name }) => name === 'USER')).toBeGreaterThan(
      instructions.findLastIndex(({ name }) => name === 'RUN'),
    )
  })

  test('asks whether the gateway is ready, by a command that tells one that is from one that is not', async () => {
    const [healthcheck = ''] = textsOf('HEALTHCHECK')
    const [command = '', ...args] = JSON.parse(healthcheck.slice(healthcheck.indexOf('CMD ') + 4)) as string[] // an exec form
    const exitCode = (port: string): Promise<number | null> =>
      new Promise((resolve) => {
        const child = spawn(command, args, { env: { PATH: process.env.PATH, PORT: port } })
        child.once('exit', resolve)
      })
    const { createServer } = await import('node:http')
    let status = 200
    const server = createServer(({ url }, response) => {
      response.writeHead(url === '/ready' ? status : 404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = String(address !== null && typeof address === 'object' ? address.port : 0)
    expect(await exitCode(port)).toBe(0)
    status = 503
    expect(await exitCode(port)).toBe(1)
    server.close()
    server.closeAllConnections()
    expect(await exitCode(port)).toBe(1)
  })
})

/** The steps of the build stage, but for what comes from the network. */
describe('what the image holds', () => {
  const image = mkdtempSync(join(tmpdir(), 'llmrouter-image-'))
  const modules = join(image, 'node_modules')
  const node = (...args: readonly string[]): string =>
    execFileSync(process.execPath, [...args], {
      cwd: image,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: image },
    })

  beforeAll(() => {
    copyContext(image)
    // Files are linked, not copied: the script only takes links away.
    execFileSync('cp', ['-al', join(packageRoot(), 'node_modules'), modules])
    node('bin/build.js')
    execFileSync('sh', ['deploy/slim-node-modules.sh'], { cwd: image, env: { PATH: process.env.PATH } })
    for (const name of ['deploy', 'src', 'workers']) rmSync(join(image, name), { recursive: true })
  }, 300_000)
  afterAll(() => rmSync(image, { recursive: true, force: true }))

  test('is nothing for other platforms, and no compiler', () => {
    const found = execFileSync('find', [modules, '-name', '*.node', '-path', '*uWebSockets*'], { encoding: 'utf8' })
    expect(found.trim().split('\n')).toHaveLength(1)
    const onnx = join(modules, 'onnxruntime-node/bin/napi-v6')
    expect([existsSync(join(onnx, 'linux', process.arch)), existsSync(join(onnx, 'win32'))]).toEqual([true, false])
    expect(existsSync(join(modules, 'typescript'))).toBe(false)
  })

  test('is everything that the gateway needs', () => {
    const report = node('bin/llmrouter.js', 'doctor', '--offline', '--json')
    const { checks } = JSON.parse(report) as { checks: { name: string; status: string }[] } // our own
    const states = Object.fromEntries(checks.map(({ name, status }) => [name, status]))
    expect(states).toMatchObject({ config: 'ok', lmdb: 'ok', onnxruntime: 'ok', 'model llmrouter-embedder': 'ok' })
    expect(states.transport).toBe(process.versions.modules === '115' ? 'ok' : expect.any(String))
    expect(node('bin/llmrouter.js', 'models', 'verify')).toContain('llmrouter-classifier: good')
  }, 60_000)

  test('serves what the checkout serves', async () => {
    const bodies = await Promise.all(
      [image, packageRoot()].map(async (folder) => {
        const gateway = startGatewayProcess({ server: { port: 0 } }, [], {}, join(folder, 'bin/llmrouter.js'))
        onTestFinished(() => gateway.dispose())
        const url = await gateway.url
        return Promise.all(['/', '/ready', '/v1/models'].map(async (path) => (await fetch(url + path)).text()))
      }),
    )
    expect(withoutIds(bodies[0])).toEqual(withoutIds(bodies[1]))
  }, 60_000)
})

function withoutIds(bodies: readonly string[] = []): readonly string[] {
  return bodies.map((body) => body.replaceAll(/[0-9a-f]{32}/g, 'id'))
}
