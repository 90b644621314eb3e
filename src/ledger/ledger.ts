import type { Clock } from '../core/clock.js'
import type { BackgroundCall } from '../core/money/background-call.js'
import type { LedgerOf, LedgerRow } from '../core/money/ledger/ledger-row.js'
import { addAllTo, type OpenSums } from '../core/money/ledger/ledger-sums.js'
import { coarsest } from '../core/money/ledger/period-book.js'
import { hourOf, oldestPeriods, periodsOfHour } from '../core/money/ledger/periods.js'
import type { PeriodRow, ReportSource } from '../core/money/ledger/report.js'
import { rowOfBackground, rowOfLabel, rowsOfRecord } from '../core/money/ledger/rows-of.js'
import type { QualityLabel } from '../core/money/quality-label.js'
import type { RequestRecord } from '../core/request-record.js'
import type { LedgerBatch, LedgerStore } from './ledger-store.js'
import { readPeriods } from './read-periods.js'

/** What was spent and saved, by whom and for what: sums of settled requests, written in the background. */
export interface Ledger {
  note(record: RequestRecord): void
  noteBackground(call: BackgroundCall): void
  noteLabel(label: QualityLabel): void
  /** What happened in that time, written or not yet. Rejects when the store cannot be read. */
  read(sinceMs: number, untilMs: number): Promise<ReportSource>
  /** Resolves when everything is written that can be. */
  flush(): Promise<void>
  close(): Promise<void>
}

export interface LedgerOptions {
  readonly store: LedgerStore
  readonly clock: Pick<Clock, 'epochMs'>
  readonly warn: (message: string) => void
}

/** So much may be lost when the process dies. */
const BATCH_MS = 1000
/** While the store cannot be written, more rows than these are added up to coarser ones. */
const MOST_WAITING = 5000
const TRIES_AT_THE_END = 3
const HOUR_MS = 3_600_000

interface OpenRow extends LedgerRow {
  readonly sums: OpenSums
}

/** By hour of the Unix epoch. */
type Waiting = Map<number, Map<string, OpenRow>>

export function createLedger({ clock, store, warn }: LedgerOptions): Ledger {
  let waiting: Waiting = new Map()
  let waitingRows = 0
  /** What is being written, or could not be yet. */
  let batch: LedgerBatch | undefined
  let batches = 0
  let writing: Promise<void> | undefined
  let isFailing = false
  let prunedHour = ''
  const timer = setInterval(() => void flush(), BATCH_MS)
  timer.unref()

  function add(row: LedgerRow): void {
    const of = waitingRows < MOST_WAITING ? row.of : coarsest(row.of)
    const rows = rowsOfThisHour()
    const key = shortKey(of)
    const known = rows.get(key)
    if (known !== undefined) return addAllTo(known.sums, row.sums)
    waitingRows++
    rows.set(key, { of, sums: { ...row.sums } })
  }

  function rowsOfThisHour(): Map<string, OpenRow> {
    const hour = Math.floor(clock.epochMs() / HOUR_MS)
    const rows = waiting.get(hour) ?? new Map<string, OpenRow>()
    waiting.set(hour, rows)
    return rows
  }

  function nextBatch(): LedgerBatch | undefined {
    if (batch !== undefined || waiting.size === 0) return batch
    const periods = new Map<string, LedgerRow[]>()
    for (const [hour, rows] of waiting) {
      for (const period of periodsOfHour(hourOf(hour * HOUR_MS)))
        periods.set(period, [...(periods.get(period) ?? []), ...rows.values()])
    }
    waiting = new Map()
    waitingRows = 0
    batches++
    batch = { number: batches, periods }
    return batch
  }

  async function write(): Promise<void> {
    const next = nextBatch()
    if (next === undefined) return
    try {
      await store.add(next)
      batch = undefined
      isFailing = false
    } catch (error) {
      if (!isFailing) warn(`The ledger cannot be written and waits: ${messageOf(error)}`)
      isFailing = true
    }
  }

  async function forgetOld(): Promise<void> {
    const nowMs = clock.epochMs()
    if (prunedHour === hourOf(nowMs)) return
    prunedHour = hourOf(nowMs)
    await store.prune(oldestPeriods(nowMs)).catch((error: unknown) => {
      warn(`The ledger's oldest periods could not be removed: ${messageOf(error)}`)
    })
  }

  async function flush(): Promise<void> {
    // One after the other: what follows a batch may be in the next one.
    const before = writing
    const mine = (async () => {
      await before
      await write()
      await forgetOld()
    })()
    writing = mine
    await mine
    if (writing === mine) writing = undefined
  }

  /** Rows that are not written, of these periods. */
  function unwritten(periods: readonly string[]): readonly PeriodRow[] {
    const late = [...waiting].flatMap(([hour, rows]) =>
      periodsOfHour(hourOf(hour * HOUR_MS)).map((period) => [period, [...rows.values()]] as const),
    )
    return [...(batch?.periods ?? []), ...late]
      .filter(([period]) => periods.includes(period))
      .flatMap(([period, rows]) => rows.map((row) => ({ ...row, period })))
  }

  return {
    note(record) {
      for (const row of rowsOfRecord(record)) add(row)
    },
    noteBackground: (call) => add(rowOfBackground(call)),
    noteLabel: (label) => add(rowOfLabel(label)),
    async read(sinceMs, untilMs) {
      await flush()
      const read = await readPeriods(store, { sinceMs, untilMs, nowMs: clock.epochMs() })
      return { ...read, rows: [...read.rows, ...unwritten(read.periods)] }
    },
    flush,
    async close() {
      clearInterval(timer)
      for (let tries = 0; tries < TRIES_AT_THE_END && (tries === 0 || batch !== undefined); tries++) await flush()
      if (batch !== undefined) warn('The last sums of the ledger could not be written and are lost.')
      await store.close()
    },
  }
}

/** Enough to tell rows apart while they wait, and made with every request. */
function shortKey(of: LedgerOf): string {
  if (of.kind === 'tag') return `g\n${of.tenant}\n${of.tag}\n${of.value}`
  return `t\n${of.tenant}\n${of.key}\n${of.provider}\n${of.model}\n${of.cause}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
