import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { packageRoot } from '../../src/package-root.js'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js'

// Each case starts the real process.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const hash = `sha256:${createHash('sha256').update('admin-key').digest('hex')}`
const folder = mkdtempSync(join(tmpdir(), 'llmrouter-cache-cli-'))
const file = (name: string): string => join(folder, name)
let gateway: GatewayProcess
let url: string

beforeAll(async () => {
  gateway = startGatewayProcess({ server: { port: 0 }, auth: { adminKeyHash: hash }, cache: { store: 'memory' } })
  url = await gateway.url
})
afterAll(async () => {
  await gateway.dispose()
  rmSync(folder, { recursive: true })
})

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function cli(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  return new Promise((resolve) => {
    const command = [join(packageRoot(), 'bin/llmrouter.js'), ...args]
    const options = { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, ...env } }
    const child = execFile(process.execPath, command, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })
}

/** One that nobody listens at. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return String(address !== null && typeof address === 'object' ? address.port : 0)
}

function cache(...args: readonly string[]): Promise<Result> {
  return cli(['cache', ...args, '--url', url], { LLMROUTER_ADMIN_KEY: 'admin-key' })
}

test('prompts are warmed, counted, listed, exported, flushed and imported', async () => {
  writeFileSync(
    file('prompts.jsonl'),
    [
      ...['What is a heron?', 'How tall is a giraffe?'].map((prompt) => JSON.stringify({ prompt })),
      JSON.stringify({ model: 'sim-large', messages: [{ role: 'user', content: 'Who painted the night watch?' }] }),
    ].join('\n'),
  )
  const warmed = await cache('warm', file('prompts.jsonl'))
  expect({ code: warmed.code, ...JSON.parse(warmed.stdout) }).toEqual({
    code: 0,
    hits: 0,
    misses: 3,
    others: 0,
    errors: 0,
  })
  expect(warmed.stderr).toContain('warming: 3')
  expect(JSON.parse((await cache('warm', file('prompts.jsonl'))).stdout)).toMatchObject({ hits: 3, misses: 0 })
  expect(JSON.parse((await cache('stats')).stdout)).toMatchObject({ hits: 3, misses: 3, entries: 3 })
  const listed = (await cache('entries', '--answer')).stdout.trim().split('\n')
  expect(listed.map((line) => JSON.parse(line).answer.length > 0)).toEqual([true, true, true])

  const exported = await cache('export', file('entries.jsonl'))
  expect([exported.code, exported.stdout]).toEqual([0, `3 entries are in ${file('entries.jsonl')}\n`])
  expect(statSync(file('entries.jsonl')).mode & 0o777).toBe(0o600)
  expect(JSON.parse((await cache('flush', '--model', 'sim-large')).stdout)).toMatchObject({ removed: 1 })
  expect(JSON.parse((await cache('flush', '--dry-run')).stdout)).toMatchObject({ removed: 2 })
  expect(JSON.parse((await cache('flush')).stdout)).toEqual({ status: 'flushed', removed: 2 })

  const imported = await cache('import', file('entries.jsonl'))
  expect(JSON.parse(imported.stdout)).toEqual({ imported: 3, expired: 0, too_large: 0, not_kept: 0 })
  expect(JSON.parse((await cache('warm', file('prompts.jsonl'))).stdout)).toMatchObject({ hits: 3, misses: 0 })
  await cache('export', file('again.jsonl'))
  const sorted = (name: string) => readFileSync(file(name), 'utf8').split('\n').sort()
  expect(sorted('again.jsonl')).toEqual(sorted('entries.jsonl'))
})

test('a line that is no entry is named, and its batch left alone', async () => {
  const [line = '{}'] = readFileSync(file('entries.jsonl'), 'utf8').split('\n')
  const broken = { ...JSON.parse(line), answer: { response: 7 } }
  writeFileSync(file('broken.jsonl'), `${line}\n${JSON.stringify(broken)}\n`)
  const { code, stderr } = await cache('import', file('broken.jsonl'))
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/answered 400: 'entries\[1\]\.answer\.response'.*is line 1 of/),
  ])
})

test('a prompt that cannot be sent is named before any is', async () => {
  writeFileSync(file('wrong.jsonl'), '{"prompt":"fine"}\n{"promt":"oops"}\n')
  const { code, stderr } = await cache('warm', file('wrong.jsonl'))
  expect([code, stderr]).toEqual([1, expect.stringContaining('prompt 2: expected {"prompt"')])
})

test('what the gateway refuses is counted and told', async () => {
  writeFileSync(file('unknown.jsonl'), '{"prompt":"[[sim status=400]] fail","model":"sim-small"}\n')
  const { code, stderr, stdout } = await cache('warm', file('unknown.jsonl'))
  expect([code, JSON.parse(stdout).errors, stderr]).toEqual([1, 1, expect.stringContaining('The gateway answered 400')])
})

test('a wrong key, a missing file and nobody listening are said in plain words', async () => {
  const wrong = await cli(['cache', 'stats', '--url', url, '--admin-key', 'nope'])
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('401: This is not the admin key. Give it as')])
  const missing = await cache('import', file('nothing.jsonl'))
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('ENOENT')])
  const port = await freePort()
  const nobody = await cli(['cache', 'stats'], { PORT: port })
  expect([nobody.code, nobody.stderr]).toEqual([
    1,
    expect.stringContaining(`Nothing listens at http://127.0.0.1:${port}.`),
  ])
})

test('a made key is printed with the hash that belongs to it', async () => {
  const { code, stdout } = await cli(['keys', '--json'])
  const made = JSON.parse(stdout)
  expect([code, made.hash]).toEqual([0, `sha256:${createHash('sha256').update(made.key).digest('hex')}`])
  expect((await cli(['keys'])).stdout).toMatch(/^key {3}llmr-[\w-]{43}\nhash {2}sha256:[0-9a-f]{64}\n$/)
})
