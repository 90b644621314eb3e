import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { startGatewayProcess } from '../../support/gateway-process.js'
import { freePort } from '../../support/redis-server.js'
import { doctor, runDoctor } from './run-doctor.js'

// Each case starts the real process, which loads the real models.
vi.setConfig({ testTimeout: 90_000 })

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-doctor-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Something that listens, and is none of ours. */
async function startStranger(): Promise<number> {
  const server = createServer((_request, response) => void response.end('{"status":"ok"}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port // a TCP server has one
}

/** As on a platform for which the package has no binary. */
function without(...packages: readonly string[]): readonly string[] {
  const folder = temporaryFolder()
  const hook = `export function resolve(name, context, next) {
    if (${JSON.stringify(packages)}.includes(name)) throw new Error('No binary of ' + name + ' for this platform.')
    return next(name, context)
  }`
  const start = `import { register } from 'node:module'; register('./hook.mjs', import.meta.url)`
  writeFileSync(join(folder, 'hook.mjs'), hook)
  writeFileSync(join(folder, 'start.mjs'), start)
  return ['--import', join(folder, 'start.mjs')]
}

describe('in order', () => {
  test('a fresh installation works, and says that its answers are simulated', async () => {
    const { stdout, code, stderr } = await doctor({})
    expect([code, stderr]).toEqual([0, ''])
    for (const name of ['config', 'node', 'transport', 'lmdb', 'onnxruntime', 'port', 'data folder', 'file limit']) {
      expect(stdout).toMatch(new RegExp(`^ok    ${name} +\\S`, 'm'))
    }
    expect(stdout).toMatch(/^ok {4}model llmrouter-embedder +version/m)
    expect(stdout).toMatch(
      /^warn {2}providers +none is configured: answers are simulated\n +→ Set one of ANTHROPIC_API_KEY/m,
    )
    expect(stdout).toMatch(/\d+ ok, 1 to look at, 0 failed\n$/)
  })

  test('a gateway that serves is at home on its port and in its folder', async () => {
    const dataDir = temporaryFolder()
    const port = await freePort()
    const config = { server: { port, dataDir } }
    const gateway = startGatewayProcess(config)
    onTestFinished(() => gateway.dispose())
    await gateway.url
    const { code, of } = await runDoctor({ config, args: ['--offline'] })
    expect(code).toBe(0)
    expect(of('port')).toMatchObject([{ status: 'ok', message: expect.stringMatching(/is served by llmrouter \d/) }])
    expect(of('data folder')).toMatchObject([{ status: 'ok' }])
  })
})

describe('not in order', () => {
  test('a wrong configuration is told problem by problem, and the rest is not looked at', async () => {
    const { code, checks, leftOut, of } = await runDoctor({ config: 'server: { prot: 80 }\nstrict: maybe\n' })
    expect(code).toBe(1)
    expect(of('config')).toMatchObject([
      {
        status: 'fail',
        message: expect.stringContaining('server.prot (line 1)'),
        fix: expect.stringContaining('port'),
      },
      { status: 'fail', message: expect.stringContaining('strict (line 2)') },
    ])
    expect(checks.map(({ name }) => name)).toEqual(['config', 'config', 'node', 'transport', 'lmdb'])
    expect(leftOut).toHaveLength(1)
  })

  test('warnings of the configuration are told, with models that lead nowhere', async () => {
    const config = { server: { port: 0, host: '0.0.0.0' }, routing: { auto: { cheap: 'gpt-nought' } } }
    const { code, of } = await runDoctor({ config, args: ['--offline'] })
    expect(code).toBe(0)
    expect(of('config').map(({ status }) => status)).toEqual(['ok', 'warn', 'warn'])
    expect(
      of('config')
        .map(({ message }) => message)
        .join(),
    ).toMatch(/no client keys.*gpt-nought/)
  })

  test('a port that something else has', async () => {
    const port = await startStranger()
    const { code, of } = await runDoctor({ config: { server: { port } }, args: ['--offline'] })
    expect(code).toBe(1)
    expect(of('port')).toMatchObject([
      { status: 'fail', message: expect.stringContaining('in use'), fix: expect.stringContaining('another port') },
    ])
  })

  test('a port for figures that something else has', async () => {
    const config = { server: { port: 0 }, telemetry: { metricsPort: await startStranger() } }
    const { code, of } = await runDoctor({ config, args: ['--offline'] })
    expect([code, of('metrics port')]).toMatchObject([1, [{ status: 'fail' }]])
  })

  test('a data folder that another gateway has', async () => {
    const dataDir = temporaryFolder()
    const gateway = startGatewayProcess({ server: { port: 0, dataDir } })
    onTestFinished(() => gateway.dispose())
    await gateway.url
    const config = { server: { port: 0, dataDir } }
    const { code, of } = await runDoctor({ config, args: ['--offline'] })
    expect(code).toBe(1)
    expect(of('data folder')).toMatchObject([
      { status: 'fail', message: expect.stringMatching(/in use by process \d+/) },
    ])
    const shared = await runDoctor({ config: { ...config, cache: { store: 'memory' } }, args: ['--offline'] })
    expect([shared.code, shared.of('data folder')]).toMatchObject([0, [{ status: 'ok' }]])
  })

  test('a data folder that cannot be made', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const config = { server: { port: 0, dataDir: join(file, 'data') } }
    const { code, of } = await runDoctor({ config, args: ['--offline'] })
    expect(code).toBe(1)
    expect(of('data folder')).toMatchObject([{ status: 'fail', message: expect.stringContaining('is no folder') }])
  })

  test('an embedder that is not here yet, and one that is damaged', async () => {
    const dataDir = temporaryFolder()
    const config = { server: { port: 0, dataDir }, inference: { embedder: 'all-MiniLM-L6-v2' } }
    const absent = await runDoctor({ config, args: ['--offline'] })
    const fix = expect.stringContaining('llmrouter models pull all-MiniLM-L6-v2')
    expect(absent.code).toBe(0)
    expect(absent.of('model all-MiniLM-L6-v2')).toMatchObject([{ status: 'warn', fix }])
    expect(absent.of('onnxruntime')).toMatchObject([{ status: 'warn', fix }])

    mkdirSync(join(dataDir, 'models/all-MiniLM-L6-v2'), { recursive: true })
    writeFileSync(join(dataDir, 'models/all-MiniLM-L6-v2/tokenizer.json'), '{}')
    const damaged = await runDoctor({ config: { server: { port: 0, dataDir } }, args: ['--offline'] })
    expect(damaged.code).toBe(0)
    expect(damaged.of('model all-MiniLM-L6-v2')).toMatchObject([
      { status: 'warn', message: expect.stringMatching(/is damaged: .*tokenizer.json/), fix },
    ])
    expect(damaged.of('onnxruntime')).toMatchObject([{ status: 'ok' }])
  })

  test('an embedder that nobody knows', async () => {
    const { code, of } = await runDoctor({ config: { inference: { embedder: 'best-ever' } }, args: ['--offline'] })
    expect(code).toBe(1)
    expect(of('models')).toMatchObject([{ status: 'fail', message: expect.stringContaining('best-ever') }])
  })

  test('too few open files', async () => {
    const few = await runDoctor({ fileLimit: 2048, args: ['--offline'] })
    expect([few.code, few.of('file limit')]).toMatchObject([1, [{ status: 'fail' }]])
    const config = { server: { port: 0, maxConcurrentRequests: 1000 } }
    const some = await runDoctor({ config, fileLimit: 2048, args: ['--offline'] })
    expect([some.code, some.of('file limit')]).toMatchObject([
      0,
      [{ status: 'warn', fix: expect.stringContaining('2256') }],
    ])
  })

  test('native libraries without a binary for this platform', async () => {
    const { code, of } = await runDoctor({ nodeArgs: without('uWebSockets.js', 'lmdb'), args: ['--offline'] })
    expect(code).toBe(1)
    expect(of('transport')).toMatchObject([{ status: 'warn', message: expect.stringMatching(/node:http will serve/) }])
    expect(of('lmdb')).toMatchObject([{ status: 'fail', message: expect.stringMatching(/No binary of lmdb/) }])
    expect(of('onnxruntime')).toMatchObject([{ status: 'ok' }])
  })

  test('keys of clients that have ended, or soon will', async () => {
    const hash = `sha256:${createHash('sha256').update('client').digest('hex')}`
    const soon = new Date(Date.now() + 3 * 86_400_000).toISOString()
    const keys = [
      { name: 'past', hash, expires: '2020-01-31' },
      { name: 'ending', hash: hash.replace(/.$/, '0'), expires: soon },
      { name: 'good', hash: hash.replace(/.$/, '1') },
    ]
    const { code, checks } = await runDoctor({ config: { server: { port: 0 }, auth: { keys } }, args: ['--offline'] })
    expect(code).toBe(0)
    expect(checks.filter(({ name }) => name.startsWith('client key'))).toMatchObject([
      { name: 'client key past', status: 'warn', message: expect.stringContaining('has ended on 2020-01-31') },
      { name: 'client key ending', status: 'warn', message: expect.stringContaining(`ends on ${soon}`) },
    ])
  })
})
