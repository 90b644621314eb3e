import type { PicoUsd } from '../../core/money/money.js'
import type { Limiter } from '../../limits/limiter.js'
import type { ClientCall } from '../client-call.js'

/** What the client's key may still spend, as far as this gateway knows. Undefined: as much as it likes. */
export function budgetLeft({ keyName, limits }: ClientCall, limiter: Limiter): PicoUsd | undefined {
  if (keyName === undefined || limits === undefined) return undefined
  const { budgetPerDay, budgetPerMonth } = limits
  if (budgetPerDay === null && budgetPerMonth === null) return undefined
  const { ofDay, ofMonth } = limiter.usage({ name: keyName, limits }).spend
  const left = [
    budgetPerDay === null ? [] : [budgetPerDay - ofDay],
    budgetPerMonth === null ? [] : [budgetPerMonth - ofMonth],
  ]
  return left.flat().reduce((least, amount) => (amount < least ? amount : least))
}
