import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { packageRoot } from '../../src/package-root.js'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js'

// Each case starts the real process.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const hash = (key: string): string => `sha256:${createHash('sha256').update(key).digest('hex')}`

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** As whoever started the gateway would call it: in its folder, with its configuration. */
function report(
  gateway: GatewayProcess,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Result> {
  const folder = dirname(gateway.file)
  const command = [join(packageRoot(), 'bin/llmrouter.js'), 'report', '--config', gateway.file, ...args]
  const options = { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, ...env } }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })
}

async function ask(url: string, content: string, key?: string): Promise<void> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({
      model: 'sim-large',
      messages: [{ role: 'user', content: `${content} [[sim ttft=0 gap=0]]` }],
    }),
  })
  expect(response.status).toBe(200)
  await response.text()
}

describe('of a running gateway', () => {
  let gateway: GatewayProcess
  let url: string
  beforeAll(async () => {
    gateway = startGatewayProcess({
      server: { port: 0 },
      auth: {
        adminKeyHash: hash('admin-key'),
        keys: [
          { name: 'team-a', hash: hash('a-key'), tenant: 'a' },
          { name: '=cmd()', hash: hash('b-key'), tenant: 'b, "the other"' },
        ],
      },
      cache: { store: 'memory' },
    })
    url = await gateway.url
    await ask(url, 'How tall is a giraffe?', 'a-key')
    await ask(url, 'How tall is a giraffe?', 'a-key')
    await ask(url, 'What is a heron?', 'b-key')
  })
  afterAll(() => gateway.dispose())
  const ADMIN = { LLMROUTER_ADMIN_KEY: 'admin-key' }

  test('tells spend, savings by cause, and that nobody has judged', async () => {
    const { code, stderr, stdout } = await report(gateway, ['--url', url, '--by', 'tenant,key'], ADMIN)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Spend and savings from \d{4}-\d\d-\d\d \d\d:\d\d to .* UTC\n/)
    expect(stdout).toMatch(/requests +3\n/)
    expect(stdout).toMatch(/from the cache +1 +exact 1, semantic 0, joined 0\n/)
    expect(stdout).toMatch(/exact hits +\$0\.\d+\n/)
    expect(stdout).toContain('Nobody has judged any answer.')
    expect(stdout).toMatch(/tenant +key +requests/)
    expect(stdout).toMatch(/\na +team-a +2 +1 +1 +\$0\.00/)
  })

  test('as JSON, with exact amounts that add up', async () => {
    const { code, stdout } = await report(gateway, ['--url', url, '--json', '--by', 'key'], ADMIN)
    expect(code).toBe(0)
    const { by, rows, totals } = JSON.parse(stdout)
    expect(by).toEqual(['key'])
    expect(rows.map(({ of }: { of: object }) => of)).toEqual(
      expect.arrayContaining([{ key: 'team-a' }, { key: '=cmd()' }]),
    )
    expect(totals).toMatchObject({ requests: 3, exact_hits: 1, calls: 2, unpriced_calls: 0 })
    expect(Number(totals.saved_usd.exact)).toBeGreaterThan(0)
  })

  test('as CSV that a spreadsheet can read, and does not run', async () => {
    const { code, stdout } = await report(gateway, ['--url', url, '--csv', '--by', 'tenant,key'], ADMIN)
    expect(code).toBe(0)
    const lines = stdout.split('\r\n')
    expect(lines[0]).toMatch(/^tenant,key,requests,failed,/)
    expect(lines).toHaveLength(4)
    expect(stdout).toContain(`"b, ""the other""",'=cmd(),1,0,`)
  })

  test('without the admin key it says what is missing', async () => {
    const { code, stderr } = await report(gateway, ['--url', url])
    expect(code).toBe(1)
    expect(stderr).toContain('--admin-key')
  })

  test.each([
    [['--since', 'yesterday'], 1, 'since'],
    [['--by', 'colour'], 1, 'tenant, key, provider, model, day'],
    [['--json', '--csv'], 64, '--json and --csv'],
    [['--url', 'nowhere'], 64, 'http'],
    [['--what'], 64, 'unknown option'],
  ])('%j is refused with a reason', async (args, code, reason) => {
    const result = await report(gateway, ['--url', url, ...args], ADMIN)
    expect(result.code).toBe(code)
    expect(result.stderr).toContain(reason)
  })
})

describe('without a gateway', () => {
  test('what a killed one left is read from its data folder, and goes on counting in the next', async () => {
    // A port of its own, at which nobody listens afterwards.
    const gateway = startGatewayProcess({ server: { port: 0 } })
    await ask(await gateway.url, 'How tall is a giraffe?')
    const url = await gateway.url
    const live = async () => JSON.parse(await (await fetch(`${url}/report?since=1h`)).text()).totals
    await expect.poll(async () => (await live()).requests).toBe(1)
    const before = await live()
    gateway.signal('SIGKILL')
    await gateway.exited
    gateway.writeConfig({ server: { port: Number(new URL(url).port) } })

    const { code, stderr, stdout } = await report(gateway, ['--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout).totals).toEqual(before)
    // The folder is free again.
    expect((await report(gateway)).code).toBe(0)
    expect((await report(gateway, ['--url', url])).stderr).toContain('Nothing listens')
    await gateway.dispose()
  })

  test('a gateway that was never there has spent nothing', async () => {
    const gateway = startGatewayProcess({ server: { port: 0 } })
    const url = await gateway.url
    gateway.writeConfig({ server: { port: Number(new URL(url).port), dataDir: 'elsewhere' } })
    gateway.signal('SIGKILL')
    await gateway.exited
    const { code, stdout } = await report(gateway, ['--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).totals).toMatchObject({ requests: 0, spend_usd: '0', net_saved_share: null })
    await gateway.dispose()
  })

  test('a ledger in memory went with its gateway', async () => {
    const gateway = startGatewayProcess({ server: { port: 0 }, cache: { store: 'memory' } })
    const url = await gateway.url
    gateway.signal('SIGKILL')
    await gateway.exited
    gateway.writeConfig({ server: { port: Number(new URL(url).port) }, cache: { store: 'memory' } })
    const { code, stderr } = await report(gateway)
    expect(code).toBe(1)
    expect(stderr).toContain('cache.store: memory')
    await gateway.dispose()
  })

  test('a folder that another gateway has is left alone', async () => {
    const gateway = startGatewayProcess({ server: { port: 0 } })
    const url = await gateway.url
    await ask(url, 'How tall is a giraffe?')
    await expect.poll(async () => JSON.parse(await (await fetch(`${url}/report`)).text()).totals.requests).toBe(1)
    const other = startGatewayProcess({ server: { port: 0 } })
    const free = new URL(await other.url).port
    await other.dispose()
    gateway.writeConfig({ server: { port: Number(free) } })
    const { code, stderr } = await report(gateway)
    expect(code).toBe(1)
    expect(stderr).toContain('is in use by process')
    await gateway.dispose()
  })
})
