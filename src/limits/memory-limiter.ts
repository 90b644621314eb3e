import {
  type Account,
  enter,
  leave,
  reservable,
  reserve,
  settleTokens,
  spendMoney,
  standing,
} from '../core/limits/account.js'
import type { Taken } from '../core/limits/meter.js'
import type { Accounts } from './accounts.js'
import type { Admission, KeyVisit, LimitedKey, Limiter } from './limiter.js'

export interface MemoryLimiterOptions {
  readonly accounts: Accounts
  /** Something was spent. */
  readonly onSpent?: () => void
  readonly close?: () => Promise<void>
}

/** Counts in the memory of this process. */
export function createMemoryLimiter({ accounts, close, onSpent }: MemoryLimiterOptions): Limiter {
  return {
    admit(key): Admission {
      const account = accounts.of(key.name)
      const moment = accounts.moment()
      const refusal = enter(account, key.limits, moment)
      if (refusal === undefined) return { kind: 'admitted', visit: visitOf(account, key) }
      return { kind: 'refused', refusal, standing: standing(account, key.limits, moment) }
    },
    usage({ limits, name }) {
      const { concurrent, spend, ...account } = accounts.of(name)
      return { concurrent, spend, standing: standing({ concurrent, spend, ...account }, limits, accounts.moment()) }
    },
    async close() {
      await close?.()
    },
  }

  function visitOf(account: Account, { limits }: LimitedKey): KeyVisit {
    let reserved: Taken = { amount: 0, atMs: 0 }
    let isSettled = false
    return {
      reserve(tokens) {
        const moment = accounts.moment()
        const amount = reservable(tokens, limits)
        const refusal = reserve(account, amount, limits, moment)
        if (refusal === undefined) reserved = { amount, atMs: moment.nowMs }
        return refusal
      },
      standing: () => standing(account, limits, accounts.moment()),
      settle({ cost, tokens }) {
        if (isSettled) return
        isSettled = true
        leave(account)
        const moment = accounts.moment()
        settleTokens(account, { reserved, used: tokens }, limits, moment)
        if (cost === 0n) return
        spendMoney(account, cost, moment)
        onSpent?.()
      },
    }
  }
}
