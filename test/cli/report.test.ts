import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
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

async function ask(url: string, content: string, key?: string, model = 'sim-large'): Promise<void> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({
      model,
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

describe('a replay of the log', () => {
  let gateway: GatewayProcess
  let log: string
  beforeAll(async () => {
    gateway = startGatewayProcess({ ...REPLAYED, server: { port: 0 } })
    const url = await gateway.url
    const say = (content: string): Promise<void> => ask(url, content, undefined, 'auto')
    for (const question of ['What is a heron?', 'How tall is a giraffe?', 'What is a heron?', 'what is a heron'])
      await say(question)
    await say('Prove that there are infinitely many primes, and derive how dense they are among the first n numbers.')
    await vi.waitUntil(() => gateway.logs().filter(({ msg }) => msg === 'request').length === 5, { timeout: 30_000 })
    log = join(dirname(gateway.file), 'log.jsonl')
    writeFileSync(log, `${gateway.stdout()}\nnot JSON\n`)
  })
  afterAll(() => gateway.dispose())
  const REPLAYED = {
    cache: { store: 'memory', audit: { share: 0 } },
    routing: { auto: { cheap: 'sim-small', strong: 'sim-large' }, target: { threshold: 0.5 } },
    inference: { deadlineMs: 10_000 },
  }
  async function replay(config: object, ...args: string[]) {
    gateway.writeConfig({ ...REPLAYED, ...config })
    const { code, stderr, stdout } = await report(gateway, ['--replay', log, ...args])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return stdout
  }

  test('with the same configuration predicts what was', async () => {
    const { lines, logged, predicted } = JSON.parse(await replay({}, '--json'))
    expect(lines).toEqual({ requests: 5, left_out: 0, unreadable: 1 })
    expect(logged).toMatchObject({ requests: 5, exact: 1, semantic: 1, calls: 3, unpriced: 0 })
    expect(predicted).toEqual(logged)
  })

  test('without a cache every answer is made anew', async () => {
    const { logged, predicted } = JSON.parse(await replay({ cache: { store: 'off' } }, '--json'))
    expect(predicted).toMatchObject({ hit_rate: 0, calls: 5, unpriced: 0 })
    expect(Number(predicted.spend_usd)).toBeGreaterThan(Number(logged.spend_usd))
  })

  test('with another threshold another share is strong, and its cost is told', async () => {
    const routing = { ...REPLAYED.routing, target: { threshold: 0 } }
    expect(JSON.parse(await replay({ routing }, '--json')).predicted.strong_share).toBe(1)
    const share = { ...REPLAYED.routing, target: { strongShare: 0.34 } }
    expect(JSON.parse(await replay({ routing: share }, '--json')).predicted.strong_share).toBeCloseTo(1 / 3)
  })

  test('for people it says what it assumes', async () => {
    const text = await replay({})
    expect(text).toMatch(/hit rate +40\.0 % +40\.0 %/)
    expect(text).toContain('Assumed:')
  })

  test('of a file that is not there is an error that says so', async () => {
    const { code, stderr } = await report(gateway, ['--replay', 'nowhere.jsonl'])
    expect(code).toBe(1)
    expect(stderr).toContain('nowhere.jsonl')
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
