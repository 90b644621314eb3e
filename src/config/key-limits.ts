import type { KeyLimits } from '../core/limits/key-limits.js'
import { picoUsdOf } from '../core/money/money.js'
import type { Config } from './schema.js'

/** What a row of `auth.keys` limits its key to. */
export function keyLimitsOf(row: Config['auth']['keys'][number]): KeyLimits {
  const { budgetUsdPerDay, budgetUsdPerMonth, maxConcurrent, rpm, tpm } = row
  return {
    requestsPerMinute: rpm,
    tokensPerMinute: tpm,
    maxConcurrent,
    budgetPerDay: budgetUsdPerDay === null ? null : picoUsdOf(budgetUsdPerDay),
    budgetPerMonth: budgetUsdPerMonth === null ? null : picoUsdOf(budgetUsdPerMonth),
  }
}

export function limitedKeysOf({ auth }: Pick<Config, 'auth'>): readonly { name: string; limits: KeyLimits }[] {
  return auth.keys.map((row) => ({ name: row.name, limits: keyLimitsOf(row) }))
}
