import type { RequestRecord } from '../request-record.js'
import { attemptCost } from './attempt-cost.js'
import { requestCost } from './request-cost.js'
import { type PricesOf, requestSavings } from './request-savings.js'

/** Enters into a record that has come to its end what it cost and what it saved. */
export function noteMoney(record: RequestRecord, pricesOf: PricesOf, epochMs: number): void {
  for (const entry of record.attempts) entry.cost = attemptCost(entry, record)
  record.cost = requestCost(record)
  record.savings = requestSavings(record, pricesOf, epochMs)
}
