import { encodeOf, type LedgerRow } from '../core/money/ledger/ledger-row.js'
import { addSums } from '../core/money/ledger/ledger-sums.js'
import { createPeriodBook, type PeriodBook } from '../core/money/ledger/period-book.js'
import type { LedgerStore } from './ledger-store.js'

interface Period {
  readonly book: PeriodBook
  readonly rows: Map<string, LedgerRow>
}

/** Lives and dies with the process. */
export function createMemoryLedgerStore(): LedgerStore {
  const periods = new Map<string, Period>()
  let lastBatch = 0

  function periodOf(name: string): Period {
    const known = periods.get(name) ?? { book: createPeriodBook([]), rows: new Map() }
    periods.set(name, known)
    return known
  }

  return {
    kind: 'memory',
    async add(batch) {
      if (batch.number <= lastBatch) return
      lastBatch = batch.number
      for (const [name, added] of batch.periods) {
        const { book, rows } = periodOf(name)
        for (const row of added) {
          const of = book.place(row.of)
          const key = encodeOf(of)
          rows.set(key, { of, sums: addSums(rows.get(key)?.sums ?? {}, row.sums) })
        }
      }
    },
    async rows(period) {
      return [...(periods.get(period)?.rows.values() ?? [])]
    },
    async prune({ day, hour }) {
      for (const name of periods.keys()) {
        if (name < (name.startsWith('h') ? hour : day)) periods.delete(name)
      }
    },
    async close() {
      periods.clear()
    },
  }
}
