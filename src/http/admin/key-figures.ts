import { type PicoUsd, usdNumber } from '../../core/money/money.js'
import type { KeySnapshot } from '../../limits/key-snapshot.js'

/** `GET /keys`. What was spent is exact in the log and the reports; here it is a number. */
export function keyFigures(keys: readonly KeySnapshot[]): object {
  return {
    keys: keys.map(({ concurrent, limits, name, requestsUsed, spentThisMonth, spentToday, tokensUsed }) => ({
      name,
      requests: { per_minute: limits.requestsPerMinute, used: requestsUsed },
      tokens: { per_minute: limits.tokensPerMinute, used: tokensUsed },
      concurrent: { most: limits.maxConcurrent, now: concurrent },
      spent_usd: { today: usdNumber(spentToday), this_month: usdNumber(spentThisMonth) },
      budget_usd: { per_day: usdOrNull(limits.budgetPerDay), per_month: usdOrNull(limits.budgetPerMonth) },
    })),
  }
}

function usdOrNull(amount: PicoUsd | null): number | null {
  return amount === null ? null : usdNumber(amount)
}
