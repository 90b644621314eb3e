import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodeOf, OTHER } from '../../src/core/money/ledger/ledger-row.js'
import { openEmbeddedLedgerStore } from '../../src/ledger/embedded-ledger-store.js'
import type { LedgerStore } from '../../src/ledger/ledger-store.js'
import { storeFolder } from '../cache/store/embedded/store-folder.js'
import { conform, row, sumsIn, traffic } from './conform.js'
import { startLedgerProcess } from './ledger-process.js'

const warnings: string[] = []
const open = (dataDir: string): Promise<LedgerStore> =>
  openEmbeddedLedgerStore({ dataDir, warn: (message) => warnings.push(message) })
const HOUR = 'h2026-11-28T15'
const batch = (number: number, model = 'm', requests = 1n) => ({
  number,
  periods: new Map([[HOUR, [row(traffic(model), { requests })]]]),
})

conform('embedded', () => open(storeFolder()))

test('what was added is there after a restart, and so is the count of its rows', async () => {
  const dataDir = storeFolder()
  const first = await open(dataDir)
  for (let i = 0; i < 200; i++) await first.add(batch(i + 1, `m${i}`))
  await first.close()
  const second = await open(dataDir)
  await second.add(batch(1, 'one more'))
  const sums = await sumsIn(second, HOUR)
  expect(Object.keys(sums)).toHaveLength(201)
  expect(sums[encodeOf({ ...traffic(OTHER), provider: OTHER })]).toEqual({ requests: 1n })
  await second.close()
})

test('every batch that had been added outlives a kill -9 under load, each once', async () => {
  const dataDir = storeFolder()
  let added = 0n
  for (let round = 0; round < 3; round++) {
    const writer = startLedgerProcess(dataDir)
    await writer.printed(50 + round * 37)
    await writer.kill()
    added += BigInt(writer.lines.length)
    const store = await open(dataDir)
    const { requests = 0n } = (await sumsIn(store, HOUR))[encodeOf(traffic('m'))] ?? {}
    // One more may have been written and not yet told of.
    expect(requests - added).toBeGreaterThanOrEqual(0n)
    expect(requests - added).toBeLessThanOrEqual(1n)
    added = requests
    await store.close()
  }
  expect(warnings).toEqual([])
})

test('a damaged file is moved aside, and a new one begun', async () => {
  const dataDir = storeFolder()
  writeFileSync(join(dataDir, 'ledger.mdb'), 'this is no database')
  const store = await open(dataDir)
  await store.add(batch(1))
  expect(Object.values(await sumsIn(store, HOUR))).toEqual([{ requests: 1n }])
  await store.close()
  expect(warnings.at(-1)).toContain('The ledger file')
  expect(readdirSync(dataDir).some((name) => name.startsWith('ledger.mdb.damaged-'))).toBe(true)
})
