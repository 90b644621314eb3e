import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAccounts } from '../../src/limits/accounts.js'
import { createMemoryLimiter } from '../../src/limits/memory-limiter.js'
import { createSpendKeeper } from '../../src/limits/spend-keeper.js'
import { until } from '../support/redis-server.js'
import { admit, admitted, keyWith } from './limited-keys.js'
import { createVirtualClock } from './virtual-clock.js'

const MICRO = 1_000_000n

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-spend-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A gateway's, as far as it counts. */
async function start(dataDir: string, date?: string) {
  const clock = createVirtualClock(date)
  const accounts = createAccounts(clock)
  const warnings: string[] = []
  const keeper = createSpendKeeper({ dataDir, accounts, warn: (message) => warnings.push(message), pauseMs: 10 })
  await keeper.open()
  const limiter = createMemoryLimiter({ accounts, onSpent: () => keeper.note(), close: () => keeper.close() })
  onTestFinished(() => limiter.close())
  const spend = async (amount: bigint, name = 'team') => {
    const visit = await admitted(limiter, keyWith({}, name))
    visit.settle({ tokens: 1, cost: amount })
  }
  return { clock, limiter, spend, warnings }
}

const key = keyWith({ budgetPerDay: 10n * MICRO, budgetPerMonth: 100n * MICRO })

describe('what keys have spent', () => {
  test('is there after a restart, to the last digit, and ends with its day and month', async () => {
    const dataDir = newFolder()
    const first = await start(dataDir, '2026-11-29T10:00:00Z')
    await first.spend(9_999_999n)
    await first.spend(7n * MICRO + 1n, 'Büro "2" {x}')
    await first.limiter.close()

    const second = await start(dataDir, '2026-11-29T11:00:00Z')
    expect(second.limiter.usage(key).spend).toMatchObject({ ofDay: 9_999_999n, ofMonth: 9_999_999n })
    expect(second.limiter.usage(keyWith({}, 'Büro "2" {x}')).spend.ofMonth).toBe(7n * MICRO + 1n)
    await second.spend(1n)
    expect(await admit(second.limiter, key)).toBe('budget-day')
    await second.limiter.close()

    const third = await start(dataDir, '2026-11-30T00:00:00Z')
    expect(typeof (await admit(third.limiter, key))).toBe('object')
    await third.spend(90n * MICRO)
    expect(await admit(third.limiter, key)).toBe('budget-month')
    await third.limiter.close()

    const fourth = await start(dataDir, '2026-12-01T00:00:00Z')
    expect(typeof (await admit(fourth.limiter, key))).toBe('object')
  })

  test('is written within a moment, whole, and readable only for its owner', async () => {
    const dataDir = newFolder()
    const { spend } = await start(dataDir)
    const read = () => {
      try {
        return JSON.parse(readFileSync(join(dataDir, 'spend.json'), 'utf8'))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    }
    for (let n = 0; n < 20; n++) await spend(MICRO)
    await until(() => read()?.keys[0].ofDayUsd === '0.00002')
    expect(read()).toEqual({
      version: 1,
      keys: [{ name: 'team', day: '2026-11-23', ofDayUsd: '0.00002', month: '2026-11-01', ofMonthUsd: '0.00002' }],
    })
    expect(statSync(join(dataDir, 'spend.json')).mode & 0o077).toBe(0)
  })

  test('of many keys is written and read too', async () => {
    const dataDir = newFolder()
    const first = await start(dataDir)
    for (let n = 0; n < 3000; n++) await first.spend(BigInt(n + 1), `key-${n}`)
    await first.limiter.close()
    const second = await start(dataDir)
    for (const n of [0, 1234, 2999]) {
      expect(second.limiter.usage(keyWith({}, `key-${n}`)).spend.ofDay).toBe(BigInt(n + 1))
    }
  })

  test('that cannot be read is moved aside, with a warning', async () => {
    for (const text of [
      '{"version":1,"keys":[{"na',
      '{"version":2,"keys":[]}',
      '{"version":1,"keys":[{"name":"a"}]}',
    ]) {
      const dataDir = newFolder()
      writeFileSync(join(dataDir, 'spend.json'), text)
      const { limiter, spend, warnings } = await start(dataDir)
      expect(warnings).toEqual([expect.stringContaining('budgets begin anew')])
      const aside = readdirSync(dataDir).find((name) => name.startsWith('spend.json.damaged-'))
      expect(readFileSync(join(dataDir, aside ?? ''), 'utf8')).toBe(text)
      await spend(MICRO)
      await limiter.close()
      expect(readFileSync(join(dataDir, 'spend.json'), 'utf8')).toContain('0.000001')
    }
  })

  test('is kept by one process of a folder; another one says so, and counts for itself', async () => {
    const dataDir = newFolder()
    const first = await start(dataDir)
    const second = await start(dataDir)
    expect(second.warnings).toEqual([expect.stringContaining(`in use by process ${process.pid}`)])
    await second.spend(5n * MICRO)
    await second.limiter.close()
    await first.spend(MICRO)
    await first.limiter.close()
    const third = await start(dataDir)
    expect(third.limiter.usage(key).spend.ofDay).toBe(MICRO)
  })

  test('before the folder was opened is not lost', async () => {
    const dataDir = newFolder()
    const first = await start(dataDir)
    await first.spend(3n * MICRO)
    await first.limiter.close()

    const accounts = createAccounts(createVirtualClock())
    const keeper = createSpendKeeper({ dataDir, accounts, warn: () => {} })
    const limiter = createMemoryLimiter({ accounts, onSpent: () => keeper.note(), close: () => keeper.close() })
    const visit = await admitted(limiter, keyWith({}))
    visit.settle({ tokens: 1, cost: 2n * MICRO })
    await limiter.close()
    const second = await start(dataDir)
    expect(second.limiter.usage(key).spend.ofDay).toBe(5n * MICRO)
  })
})
