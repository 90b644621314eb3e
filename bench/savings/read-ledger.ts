import { readFileSync } from 'node:fs'
import { type PicoUsd, parseUsd } from '../../src/core/money/money.js'

/** What the gateway itself says that requests cost and saved, from its log. */
export interface Ledger {
  readonly spent: PicoUsd
  /** Calls that no client asked for: audits of the cache. */
  readonly background: PicoUsd
  readonly saved: Readonly<Record<string, PicoUsd>>
  /** Requests whose cost is not known. */
  readonly unknown: number
}

interface LogLine {
  readonly msg?: string
  readonly id?: string
  readonly costUsd?: string
  readonly savedUsd?: Readonly<Record<string, string>>
}

/** @param ids of the requests that count */
export function readLedger(logFile: string, ids: ReadonlySet<string>): Ledger {
  let [spent, background, unknown] = [0n, 0n, 0]
  const saved: Record<string, PicoUsd> = {}
  for (const line of readFileSync(logFile, 'utf8').split('\n')) {
    if (!line.startsWith('{')) continue
    const { costUsd, id, msg, savedUsd } = JSON.parse(line) as LogLine // the gateway's own lines
    if (msg === 'background call') background += parseUsd(costUsd ?? '0')
    if (msg !== 'request' || id === undefined || !ids.has(id)) continue
    if (costUsd === undefined) unknown += 1
    spent += parseUsd(costUsd ?? '0')
    for (const [cause, amount] of Object.entries(savedUsd ?? {})) saved[cause] = (saved[cause] ?? 0n) + parseUsd(amount)
  }
  return { spent, background, saved, unknown }
}
