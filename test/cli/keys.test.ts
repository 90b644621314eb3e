import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { packageRoot } from '../../src/package-root.js'
import { loadText } from '../config/load-text.js'

// Each case starts the real process.
vi.setConfig({ testTimeout: 60_000 })

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function keys(...args: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(packageRoot(), 'bin/llmrouter.js'), 'keys', ...args],
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

const HEAD = /^key {3}(llmr-[\w-]{43})\nhash {2}(sha256:[0-9a-f]{64})\n/
const hashOf = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`

describe('llmrouter keys', () => {
  test('makes a key and its hash, another one each time', async () => {
    const [one, other] = await Promise.all([keys(), keys()])
    const [, key = '', hash] = HEAD.exec(one.stdout) ?? []
    expect(hash).toBe(hashOf(key))
    expect(other.stdout).not.toContain(key)
  })

  test('create prints the key once, and lines that are a configuration with what was asked for', async () => {
    const limits = [
      '--rpm',
      '60',
      '--tpm',
      '5000',
      '--max-concurrent',
      '3',
      '--budget-day',
      '2.5',
      '--budget-month',
      '30',
    ]
    const who = ['--name', '12', '--tenant', 'a: b', '--models', 'claude-*, auto', '--expires', '2027-12-31']
    const { stdout } = await keys('create', ...who, ...limits)
    const [head = '', key = '', hash] = HEAD.exec(stdout) ?? []
    expect(hash).toBe(hashOf(key))
    expect(stdout.split(key)).toHaveLength(2)
    expect(loadText(stdout.slice(head.length)).config.auth.keys).toEqual([
      {
        name: '12',
        hash,
        tenant: 'a: b',
        models: ['claude-*', 'auto'],
        expires: '2027-12-31',
        rpm: 60,
        tpm: 5000,
        maxConcurrent: 3,
        budgetUsdPerDay: 2.5,
        budgetUsdPerMonth: 30,
      },
    ])
  })

  test('create --admin prints the line of the admin key', async () => {
    const { stdout } = await keys('create', '--admin')
    const [head = '', , hash] = HEAD.exec(stdout) ?? []
    expect(loadText(stdout.slice(head.length)).config.auth).toMatchObject({ adminKeyHash: hash, keys: [] })
  })

  test('create --json prints the same for programs', async () => {
    const { key, hash, config } = JSON.parse((await keys('create', '--name', 'a', '--json')).stdout)
    expect(hash).toBe(hashOf(key))
    expect(config).toEqual({ auth: { keys: [{ name: 'a', hash }] } })
  })

  test.each([
    [
      ['--rpm', 'zero', '--budget-day', '-1', '--name', 'a'],
      [/^--rpm: .*"zero"/m, /^--budget-day: .*-1/m],
    ],
    [[], [/^--name: /m]],
    [['--name', 'a', '--expires', 'soon'], [/^--expires: .*date/m]],
    [['--admin', '--rpm', '5'], [/^--admin: /m]],
    [['--name', 'a', '--model', 'x'], [/unknown option '--model'/]],
  ])('create %j says what is wrong and makes nothing', async (args, messages) => {
    const { code, stderr, stdout } = await keys('create', ...args)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    for (const message of messages) expect(stderr).toMatch(message)
  })
})
