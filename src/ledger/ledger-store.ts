import type { LedgerRow } from '../core/money/ledger/ledger-row.js'

/**
 * Where the ledger lies: memory, a file, Redis. A store only ever adds. It keeps the sums of each row of each period, as
 * many rows as its period has room for, and forgets whole periods. One conformance suite runs over all of them.
 */
export interface LedgerStore {
  readonly kind: 'memory' | 'embedded' | 'redis'
  /**
   * Adds all of it or nothing, and the same batch only once, however often it is tried. Rejects when it could not be added,
   * or when that is not known: try again, with the same batch, before any other.
   */
  add(batch: LedgerBatch): Promise<void>
  /** Rejects when the store cannot be read. */
  rows(period: string): Promise<readonly LedgerRow[]>
  /** Forgets the hours and days before these. Rejects when that cannot be done now. */
  prune(oldest: { readonly hour: string; readonly day: string }): Promise<void>
  /** What has been added stays. */
  close(): Promise<void>
}

export interface LedgerBatch {
  /** Counted up by each writer. */
  readonly number: number
  readonly periods: ReadonlyMap<string, readonly LedgerRow[]>
}
