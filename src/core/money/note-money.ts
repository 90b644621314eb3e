import type { AttemptRecord, RequestRecord } from '../request-record.js'
import { attemptCost } from './attempt-cost.js'
import type { PicoUsd } from './money.js'
import { type PricesOf, requestSavings } from './request-savings.js'

/** Enters into a record that has come to its end what it cost and what it saved. */
export function noteMoney(record: RequestRecord, pricesOf: PricesOf, epochMs: number): void {
  for (const entry of record.attempts) entry.cost = attemptCost(entry, record)
  record.cost = together(record.attempts)
  record.savings = requestSavings(record, pricesOf, epochMs)
}

function together(attempts: readonly AttemptRecord[]): PicoUsd | undefined {
  let sum = 0n
  for (const { cost } of attempts) {
    if (cost === undefined) return undefined
    sum += cost
  }
  return sum
}
