import { describe, expect, test } from 'vitest'
import { buildReport } from '../../src/core/money/ledger/report.js'
import { createLedger, type Ledger } from '../../src/ledger/ledger.js'
import type { LedgerBatch, LedgerStore } from '../../src/ledger/ledger-store.js'
import { createMemoryLedgerStore } from '../../src/ledger/memory-ledger-store.js'
import { attemptOf, recordOf } from '../support/make-record.js'

const HOUR_MS = 3_600_000

function setUp() {
  const memory = createMemoryLedgerStore()
  const state = { nowMs: Date.parse('2026-11-28T15:30:00Z'), isDown: false, isLost: false, gate: Promise.resolve() }
  const warnings: string[] = []
  const batches: LedgerBatch[] = []
  const store: LedgerStore = {
    ...memory,
    async add(batch) {
      batches.push(batch)
      await state.gate
      if (state.isDown) throw new Error('no such store')
      await memory.add(batch)
      if (state.isLost) throw new Error('the answer was lost')
    },
  }
  const ledger = createLedger({
    store,
    clock: { epochMs: () => state.nowMs },
    warn: (message) => warnings.push(message),
  })
  return { ledger, memory, state, warnings, batches }
}

const note = (ledger: Ledger, model = 'm', cost = 5n): void =>
  ledger.note(
    recordOf({
      tenant: 'a',
      model,
      attempts: [attemptOf({ model, cost, usage: { inputTokens: 1, outputTokens: 1 } })],
    }),
  )

async function totals(ledger: Ledger, since = '2026-11-28T00:00:00Z', until = '2026-11-29T00:00:00Z') {
  const extract = await ledger.read(Date.parse(since), Date.parse(until))
  const { requests, spend_usd } = buildReport(extract, { by: { kind: 'dimensions', names: [] } }).totals
  return [requests, spend_usd]
}

test('what was noted can be read, by hour and by day', async () => {
  const { ledger, memory } = setUp()
  note(ledger)
  note(ledger)
  expect(await totals(ledger)).toEqual([2, '0.00000000001'])
  expect(await totals(ledger, '2026-11-28T15:00:00Z', '2026-11-28T16:00:00Z')).toEqual([2, '0.00000000001'])
  expect(await totals(ledger, '2026-11-28T14:00:00Z', '2026-11-28T15:00:00Z')).toEqual([0, '0'])
  expect(await memory.rows('h2026-11-28T15')).toHaveLength(1)
  await ledger.close()
})

test('requests that come to their end while a batch is written are in the next one', async () => {
  const { batches, ledger, state } = setUp()
  let release = (): void => {}
  state.gate = new Promise((resolve) => {
    release = resolve
  })
  note(ledger)
  const flushed = ledger.flush()
  await expect.poll(() => batches.length).toBe(1)
  note(ledger)
  release()
  await flushed
  await ledger.flush()
  expect(await totals(ledger)).toEqual([2, '0.00000000001'])
  expect(batches.map(({ number }) => number)).toEqual([1, 2])
  await ledger.close()
})

describe('while the store is away', () => {
  test('everything waits, can be read, and is written once it is back', async () => {
    const { ledger, memory, state, warnings } = setUp()
    state.isDown = true
    for (let i = 0; i < 3; i++) {
      note(ledger)
      await ledger.flush()
    }
    expect(await totals(ledger)).toEqual([3, '0.000000000015'])
    expect(warnings).toEqual(['The ledger cannot be written and waits: no such store'])
    state.isDown = false
    await ledger.flush()
    await ledger.flush()
    expect((await memory.rows('d2026-11-28'))[0]?.sums.requests).toBe(3n)
    expect(await totals(ledger)).toEqual([3, '0.000000000015'])
    await ledger.close()
  })

  test('a batch that arrived unnoticed is not added twice', async () => {
    const { ledger, memory, state } = setUp()
    note(ledger)
    state.isLost = true
    await ledger.flush()
    state.isLost = false
    note(ledger)
    await ledger.flush()
    await ledger.flush()
    expect((await memory.rows('d2026-11-28'))[0]?.sums.requests).toBe(2n)
    await ledger.close()
  })

  test('what waits is bounded: new models are added up then, and no sum is lost', async () => {
    const { ledger, state } = setUp()
    state.isDown = true
    for (let i = 0; i < 6000; i++) note(ledger, `model ${i}`)
    const { rows } = await ledger.read(state.nowMs - HOUR_MS, state.nowMs)
    expect(rows.length).toBeLessThan(10_003)
    expect(await totals(ledger)).toEqual([6000, '0.00000003'])
    await ledger.close()
  })

  test('the end says what is lost', async () => {
    const { ledger, state, warnings } = setUp()
    state.isDown = true
    note(ledger)
    await ledger.close()
    expect(warnings.at(-1)).toContain('are lost')
  })
})

test('the end writes what is left', async () => {
  const { batches, ledger } = setUp()
  note(ledger)
  await ledger.close()
  expect(batches).toHaveLength(1)
})

test('hours are forgotten after some weeks, and days stay', async () => {
  const { ledger, memory, state } = setUp()
  note(ledger)
  await ledger.flush()
  state.nowMs += 36 * 24 * HOUR_MS
  await ledger.flush()
  expect(await memory.rows('h2026-11-28T15')).toEqual([])
  expect(await memory.rows('d2026-11-28')).toHaveLength(1)
  state.nowMs += 366 * 24 * HOUR_MS
  await ledger.flush()
  expect(await memory.rows('d2026-11-28')).toEqual([])
  await ledger.close()
})
