import { decodeOf, encodeOf, type LedgerRow } from '../core/money/ledger/ledger-row.js'
import { entriesOf, isSumName, type LedgerSums } from '../core/money/ledger/ledger-sums.js'

/** A row as a store keeps it: `[of, {sum: "amount"}]`, amounts as text since they may be larger than a number holds. */
export function renderRow({ of, sums }: LedgerRow): string {
  const amounts = Object.fromEntries(entriesOf(sums).map(([name, amount]) => [name, String(amount)]))
  return JSON.stringify([encodeOf(of), amounts])
}

/** Undefined: damaged, or of another version. */
export function parseRow(text: string): LedgerRow | undefined {
  try {
    const row: unknown = JSON.parse(text)
    if (!Array.isArray(row)) return undefined
    const [name, amounts] = row
    const of = typeof name === 'string' ? decodeOf(name) : undefined
    return of === undefined || typeof amounts !== 'object' ? undefined : { of, sums: parseSums(amounts) }
  } catch {
    return undefined
  }
}

/** A sum that this version does not know is left out. */
function parseSums(amounts: object | null): LedgerSums {
  const known = Object.entries(amounts ?? {}).filter(([name]) => isSumName(name))
  return Object.fromEntries(known.map(([name, amount]) => [name, BigInt(String(amount))]))
}
