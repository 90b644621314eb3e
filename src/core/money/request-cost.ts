import type { RequestRecord } from '../request-record.js'
import { attemptCost } from './attempt-cost.js'
import type { PicoUsd } from './money.js'

/** What all attempts so far cost together; 0 without any. Undefined: one of them is not known. */
export function requestCost(record: Pick<RequestRecord, 'attempts' | 'stream'>): PicoUsd | undefined {
  let sum = 0n
  for (const entry of record.attempts) {
    const cost = attemptCost(entry, record)
    if (cost === undefined) return undefined
    sum += cost
  }
  return sum
}
