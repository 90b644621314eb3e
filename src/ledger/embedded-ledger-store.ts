import { createHash } from 'node:crypto'
import { type DataFile, openDataFile } from '../cache/store/embedded/data-file.js'
import { encodeOf, type LedgerOf, type LedgerRow } from '../core/money/ledger/ledger-row.js'
import { addSums } from '../core/money/ledger/ledger-sums.js'
import { createPeriodBook, type PeriodBook } from '../core/money/ledger/period-book.js'
import type { LedgerStore } from './ledger-store.js'
import { parseRow, renderRow } from './ledger-text.js'

export interface EmbeddedLedgerOptions {
  /** This process has it locked. */
  readonly dataDir: string
  warn(message: string): void
}

/** The periods that are written to, and the ones before. */
const MOST_BOOKS = 4
const AFTER_ALL = '~'

/**
 * `ledger.mdb` of the data folder. What was added survives the death of the process; when the machine loses power, the last
 * moments may be lost, and the file stays whole. Rejects with a DataDirError when it can be neither read nor made.
 */
export async function openEmbeddedLedgerStore({ dataDir, warn }: EmbeddedLedgerOptions): Promise<LedgerStore> {
  const file = await openDataFile({ dataDir, name: 'ledger.mdb', what: 'ledger', warn })
  const books = new Map<string, PeriodBook>()
  let lastBatch = 0

  function bookOf(period: string): PeriodBook {
    const book = books.get(period) ?? createPeriodBook(rowsOf(file, period).map(({ of }) => of))
    books.delete(period)
    books.set(period, book)
    for (const oldest of [...books.keys()].slice(0, -MOST_BOOKS)) books.delete(oldest)
    return book
  }

  function add(period: string, row: LedgerRow): void {
    const of = bookOf(period).place(row.of)
    const key = keyOf(period, of)
    const known = read(file, key)
    void file.put(key, Buffer.from(renderRow({ of, sums: addSums(known?.sums ?? {}, row.sums) })))
  }

  return {
    kind: 'embedded',
    async add({ number, periods }) {
      if (number <= lastBatch) return
      try {
        await file.transaction(() => {
          for (const [period, rows] of periods) for (const row of rows) add(period, row)
        })
        lastBatch = number
      } catch (error) {
        // Rows that were entered are not there.
        books.clear()
        throw error
      }
    },
    async rows(period) {
      return rowsOf(file, period)
    },
    async prune({ day, hour }) {
      const old = [...file.getKeys({ start: 'd', end: day }), ...file.getKeys({ start: 'h', end: hour })]
      await file.transaction(() => {
        for (const key of old) void file.remove(key)
      })
    },
    close: () => file.close(),
  }
}

/** LMDB's keys are short, and names are not. */
function keyOf(period: string, of: LedgerOf): string {
  return `${period} ${createHash('sha256').update(encodeOf(of)).digest('hex').slice(0, 32)}`
}

function rowsOf(file: DataFile, period: string): readonly LedgerRow[] {
  const keys = [...file.getKeys({ start: `${period} `, end: `${period} ${AFTER_ALL}` })]
  return keys.flatMap((key) => read(file, key) ?? [])
}

function read(file: DataFile, key: string): LedgerRow | undefined {
  const bytes = file.getBinary(key)
  return bytes === undefined ? undefined : parseRow(bytes.toString('utf8'))
}
