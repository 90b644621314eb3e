import type { Clock } from '../core/clock.js'
import { type Account, createAccount, type Moment } from '../core/limits/account.js'
import { addSpend, calendarAt, type Spend } from '../core/limits/spend.js'

/** The accounts of all keys, by name: as many as were ever configured while the process runs. */
export interface Accounts {
  of(name: string): Account
  /** What each key has spent this month, if anything. */
  spends(): Iterable<readonly [name: string, spend: Readonly<Spend>]>
  moment(): Moment
}

export function createAccounts(clock: Clock): Accounts {
  const accounts = new Map<string, Account>()
  const moment = (): Moment => ({ nowMs: clock.now(), epochMs: clock.epochMs() })

  function* spends(): Iterable<readonly [string, Readonly<Spend>]> {
    const calendar = calendarAt(clock.epochMs())
    for (const [name, { spend }] of accounts) {
      addSpend(spend, calendar, 0n)
      if (spend.ofMonth > 0n) yield [name, spend]
    }
  }

  return {
    moment,
    spends,
    of(name) {
      const known = accounts.get(name)
      if (known !== undefined) return known
      const account = createAccount(moment())
      accounts.set(name, account)
      return account
    },
  }
}
