import { describe, expect, test } from 'vitest'
import {
  encodeOf,
  type LedgerOf,
  type LedgerRow,
  OTHER,
  type TrafficOf,
} from '../../src/core/money/ledger/ledger-row.js'
import { addSums, type LedgerSums } from '../../src/core/money/ledger/ledger-sums.js'
import type { LedgerStore } from '../../src/ledger/ledger-store.js'

const HOUR = 'h2026-11-28T15'
const DAY = 'd2026-11-28'

export const traffic = (model: string): TrafficOf => ({
  kind: 'traffic',
  tenant: 'a "quoted" ténant',
  key: 'k',
  provider: 'p',
  model,
  cause: 'answer',
})
export const row = (of: LedgerOf, sums: LedgerSums): LedgerRow => ({ of, sums })

/** Whatever the order of rows. */
export async function sumsIn(store: LedgerStore, period: string): Promise<Record<string, LedgerSums>> {
  const sums: Record<string, LedgerSums> = {}
  for (const { of, sums: own } of await store.rows(period)) {
    sums[encodeOf(of)] = addSums(sums[encodeOf(of)] ?? {}, own)
  }
  return sums
}

/** What is true of every store of the ledger. `open` gives an empty one, which the suite closes. */
export function conform(name: string, open: () => Promise<LedgerStore>): void {
  async function withStore(work: (store: LedgerStore) => Promise<void>): Promise<void> {
    const store = await open()
    try {
      await work(store)
    } finally {
      await store.close()
    }
  }
  const add = (store: LedgerStore, number: number, rows: readonly LedgerRow[], period = HOUR): Promise<void> =>
    store.add({ number, periods: new Map([[period, rows]]) })

  describe(`the ${name} ledger`, () => {
    test('adds to what is there, amounts above all numbers and below 0 too', () =>
      withStore(async (store) => {
        const huge = 2n ** 60n + 1n
        await add(store, 1, [row(traffic('m'), { requests: 1n, spend: huge, 'saved:prompt-cache': -5n })])
        await add(store, 2, [row(traffic('m'), { requests: 2n, spend: 3n, 'saved:prompt-cache': 2n })])
        await add(store, 3, [row(traffic('n'), { calls: 1n })])
        expect(await sumsIn(store, HOUR)).toEqual({
          [encodeOf(traffic('m'))]: { requests: 3n, spend: huge + 3n, 'saved:prompt-cache': -3n },
          [encodeOf(traffic('n'))]: { calls: 1n },
        })
      }))

    test('keeps tags apart from traffic', () =>
      withStore(async (store) => {
        const tag: LedgerOf = { kind: 'tag', tenant: 'a', tag: 'team', value: 'x y' }
        await add(store, 1, [row(tag, { requests: 1n }), row(traffic('m'), { requests: 1n })])
        expect(await sumsIn(store, HOUR)).toEqual({
          [encodeOf(tag)]: { requests: 1n },
          [encodeOf(traffic('m'))]: { requests: 1n },
        })
      }))

    test('adds a batch to all its periods, and only once however often it is tried', () =>
      withStore(async (store) => {
        const rows = [row(traffic('m'), { requests: 1n })]
        const batch = {
          number: 1,
          periods: new Map([
            [HOUR, rows],
            [DAY, rows],
          ]),
        }
        for (let tries = 0; tries < 3; tries++) await store.add(batch)
        for (const period of [HOUR, DAY]) {
          expect(await sumsIn(store, period)).toEqual({ [encodeOf(traffic('m'))]: { requests: 1n } })
        }
      }))

    test('knows nothing of a period that nobody wrote to', () =>
      withStore(async (store) => {
        await add(store, 1, [row(traffic('m'), { requests: 1n })])
        expect(await store.rows('h2026-11-28T1')).toEqual([])
        expect(await store.rows('h2026-11-28T16')).toEqual([])
        expect(await store.rows(DAY)).toEqual([])
      }))

    test('keeps as many rows as a period has room for, and loses none of the sums', () =>
      withStore(async (store) => {
        const models = Array.from({ length: 500 }, (_, i) => row(traffic(`m${i}`), { requests: 1n }))
        for (let i = 0; i < 5; i++) await add(store, i + 1, models.slice(i * 100, i * 100 + 100))
        const sums = await sumsIn(store, HOUR)
        expect(Object.keys(sums)).toHaveLength(201)
        const others = { ...traffic(OTHER), provider: OTHER }
        expect(sums[encodeOf(others)]).toEqual({ requests: 300n })
        expect(sums[encodeOf(traffic('m199'))]).toEqual({ requests: 1n })
        await add(store, 6, [row(traffic('m7'), { requests: 1n })])
        expect((await sumsIn(store, HOUR))[encodeOf(traffic('m7'))]).toEqual({ requests: 2n })
      }))

    test('forgets hours and days before a moment, and nothing else', () =>
      withStore(async (store) => {
        const periods = ['h2026-10-01T10', 'h2026-10-24T14', 'h2026-10-24T15', 'd2025-10-23', 'd2025-10-24', DAY]
        const rows = [row(traffic('m'), { requests: 1n })]
        await store.add({ number: 1, periods: new Map(periods.map((period) => [period, rows])) })
        await store.prune({ hour: 'h2026-10-24T15', day: 'd2025-10-24' })
        const left = []
        for (const period of periods) if ((await store.rows(period)).length > 0) left.push(period)
        expect(left).toEqual(['h2026-10-24T15', 'd2025-10-24', DAY])
      }))
  })
}
