import { periodsBetween } from '../core/money/ledger/periods.js'
import type { PeriodRow, ReportSource } from '../core/money/ledger/report.js'
import type { LedgerStore } from './ledger-store.js'

export interface PeriodsRead extends ReportSource {
  readonly periods: readonly string[]
}

/** What is written of a time. Rejects when the store cannot be read. */
export async function readPeriods(
  store: Pick<LedgerStore, 'rows'>,
  { nowMs, sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number; readonly nowMs: number },
): Promise<PeriodsRead> {
  const range = periodsBetween(sinceMs, untilMs, nowMs)
  const rows: PeriodRow[] = []
  for (const period of range.periods) {
    for (const row of await store.rows(period)) rows.push({ ...row, period })
  }
  return { ...range, rows }
}
