import {
  budgetRefusal,
  enter,
  leave,
  reservable,
  reserve,
  settleTokens,
  spendMoney,
  withdraw,
} from '../../core/limits/account.js'
import type { Refusal } from '../../core/limits/key-limits.js'
import { differenceOf, type Taken, takeFrom } from '../../core/limits/meter.js'
import { calendarAt, type Spend } from '../../core/limits/spend.js'
import type { Accounts } from '../accounts.js'
import type { Admission, KeyVisit, LimitedKey, Limiter } from '../limiter.js'
import type { EnterAnswer, SharedCounts } from './shared-counts.js'
import { createSharedKey, hasNews, hear, noteTold, type SharedKey, standingAmongAll } from './shared-key.js'

const NOTHING: Taken = { amount: 0, atMs: 0 }

export interface RedisLimiterOptions {
  readonly accounts: Accounts
  readonly counts: SharedCounts
  /** How often the others are told of requests that are still under way, and of what they were not told yet. */
  readonly beatMs: number
  /** Whether the others count with us. */
  readonly onShared: (isShared: boolean) => void
}

/**
 * Counts together with other gateways. Each asks itself first: what it alone has used is less than what all have, so that what
 * it refuses all would refuse, at no cost. When Redis does not answer in time its own word stands.
 */
export function createRedisLimiter({ accounts, beatMs, counts, onShared }: RedisLimiterOptions): Limiter {
  const keys = new Map<string, SharedKey>()
  const mustTell = (key: SharedKey): boolean => hasNews(key, beatMs, accounts.moment().nowMs)
  const beat = setInterval(() => {
    for (const key of keys.values()) if (mustTell(key)) void tell(key)
  }, beatMs).unref()

  function keyOf(limited: LimitedKey): SharedKey {
    const key = keys.get(limited.name) ?? createSharedKey(limited, accounts)
    key.limits = limited.limits
    keys.set(limited.name, key)
    return key
  }

  async function enterThere(key: SharedKey): Promise<Admission> {
    const { account, limits, name } = key
    const mine = account.concurrent
    const calendar = calendarAt(accounts.moment().epochMs)
    const answer = await counts.enter(name, { mine, limits, calendar })
    onShared(answer !== undefined)
    if (answer === undefined) return { kind: 'admitted', visit: visitOf(key) }

    const moment = accounts.moment()
    const isAdmitted = answer.verdict === 'admitted'
    hear(key, answer.spend)
    if (limits.requestsPerMinute !== null)
      Object.assign(key.requests, { used: answer.requestsUsed, atMs: moment.nowMs })
    noteTold(key, isAdmitted ? mine : mine - 1, moment.nowMs)
    if (isAdmitted) return { kind: 'admitted', visit: visitOf(key) }
    withdraw(account, limits, moment)
    return { kind: 'refused', refusal: refusalOf(key, answer), standing: standingAmongAll(key, accounts) }
  }

  /** What was heard is in the account by now, and says the same. */
  function refusalOf({ account, limits, requests }: SharedKey, { verdict }: EnterAnswer): Refusal {
    const { epochMs, nowMs } = accounts.moment()
    const overspent = budgetRefusal(account.spend, limits, epochMs)
    if (overspent !== undefined) return overspent
    if (verdict === 'concurrency') return { reason: verdict, limit: limits.maxConcurrent ?? 0 }
    const limit = limits.requestsPerMinute ?? 0
    return { reason: 'requests', limit, waitMs: takeFrom({ ...requests }, 1, limit, nowMs) ?? 0 }
  }

  /** @returns whether all others have them reserved too, or why they cannot be */
  async function reserveThere(key: SharedKey, tokens: number, tokensPerMinute: number): Promise<Refusal | boolean> {
    const { account, name } = key
    const mine = account.concurrent
    const answer = await counts.reserve(name, { mine, tokens, tokensPerMinute })
    onShared(answer !== undefined)
    if (answer === undefined) return false
    const moment = accounts.moment()
    noteTold(key, mine, moment.nowMs)
    Object.assign(key.tokens, { used: answer.tokensUsed, atMs: moment.nowMs })
    if (answer.isTaken) return true
    const waitMs = takeFrom({ ...key.tokens }, tokens, tokensPerMinute, moment.nowMs) ?? 0
    return { reason: 'tokens', limit: tokensPerMinute, waitMs }
  }

  function visitOf(key: SharedKey): KeyVisit {
    const { account, limits } = key
    let here = NOTHING
    let there = NOTHING
    let isSettled = false

    async function reserveWithAll(tokens: number, tokensPerMinute: number): Promise<Refusal | undefined> {
      const answer = await reserveThere(key, tokens, tokensPerMinute)
      if (answer === true) there = { amount: tokens, atMs: accounts.moment().nowMs }
      if (typeof answer === 'boolean') return undefined
      settleTokens(account, { reserved: here, used: 0 }, limits, accounts.moment())
      here = NOTHING
      return answer
    }

    return {
      reserve(tokens) {
        if (limits.tokensPerMinute === null) return undefined
        const moment = accounts.moment()
        const amount = reservable(tokens, limits)
        const refusal = reserve(account, amount, limits, moment)
        if (refusal !== undefined) return refusal
        here = { amount, atMs: moment.nowMs }
        return reserveWithAll(amount, limits.tokensPerMinute)
      },
      standing: () => standingAmongAll(key, accounts),
      settle({ cost, tokens }) {
        if (isSettled) return
        isSettled = true
        const moment = accounts.moment()
        leave(account)
        settleTokens(account, { reserved: here, used: tokens }, limits, moment)
        spendMoney(account, cost, moment)
        const limit = limits.tokensPerMinute
        const more = limit === null ? 0 : differenceOf(there, tokens, limit, moment.nowMs)
        key.outbox.add(calendarAt(moment.epochMs), { tokens: more, cost })
        if (mustTell(key)) void tell(key)
      },
    }
  }

  /** One report at a time for each key: what comes meanwhile goes with the next. */
  async function tell(key: SharedKey): Promise<void> {
    if (key.isSending) return
    key.isSending = true
    while (await tellOnce(key)) if (!mustTell(key)) break
    key.isSending = false
  }

  async function tellOnce(key: SharedKey): Promise<boolean> {
    const { account, known, limits, name, outbox } = key
    const { tokensPerMinute } = limits
    const mine = account.concurrent
    const letter = outbox.next() ?? emptyLetter(known)
    const totals = await counts.report(name, { ...letter, mine, known, tokensPerMinute })
    onShared(totals !== undefined)
    if (totals === undefined) {
      outbox.failed()
      return false
    }
    if (letter.number > 0) outbox.done()
    hear(key, totals)
    noteTold(key, mine, accounts.moment().nowMs)
    return true
  }

  return {
    admit(limited) {
      const key = keyOf(limited)
      const refusal = enter(key.account, key.limits, accounts.moment())
      if (refusal !== undefined) return { kind: 'refused', refusal, standing: standingAmongAll(key, accounts) }
      return isAsked(key) ? enterThere(key) : { kind: 'admitted', visit: visitOf(key) }
    },
    usage(limited) {
      const key = keyOf(limited)
      const { concurrent, spend } = key.account
      return { concurrent, spend, standing: standingAmongAll(key, accounts) }
    },
    async close() {
      clearInterval(beat)
      await Promise.all([...keys.values()].filter(mustTell).map(tell))
      await counts.close()
    },
  }
}

/** Does anything have to be known before a request of this key begins? */
function isAsked({ limits }: SharedKey): boolean {
  const { budgetPerDay, budgetPerMonth, maxConcurrent, requestsPerMinute } = limits
  return [budgetPerDay, budgetPerMonth, maxConcurrent, requestsPerMinute].some((limit) => limit !== null)
}

/** Only says how many requests are under way. */
function emptyLetter({ day, month }: Readonly<Spend>) {
  return { number: 0, tokens: 0, spent: { day, month, ofDay: 0n, ofMonth: 0n } }
}
