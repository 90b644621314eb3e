import { type Account, standing } from '../../core/limits/account.js'
import type { KeyLimits, Standing } from '../../core/limits/key-limits.js'
import { type Meter, standingOf, usedOf } from '../../core/limits/meter.js'
import { calendarAt, noSpend, raiseSpend, type Spend } from '../../core/limits/spend.js'
import type { Accounts } from '../accounts.js'
import type { LimitedKey } from '../limiter.js'
import { createOutbox, type Outbox } from './outbox.js'

/** What is known of a key that others count too, besides its account here. */
export interface SharedKey {
  readonly name: string
  readonly account: Account
  limits: KeyLimits
  readonly outbox: Outbox
  /** What all had used when last heard of. */
  readonly requests: Meter
  readonly tokens: Meter
  readonly known: Spend
  /** Requests under way, as last told. */
  told: number
  toldAtMs: number
  isSending: boolean
}

export function createSharedKey({ limits, name }: LimitedKey, accounts: Accounts): SharedKey {
  const calendar = calendarAt(accounts.moment().epochMs)
  return {
    name,
    limits,
    account: accounts.of(name),
    outbox: createOutbox(calendar),
    requests: { used: 0, atMs: 0 },
    tokens: { used: 0, atMs: 0 },
    known: noSpend(calendar),
    told: 0,
    toldAtMs: 0,
    isSending: false,
  }
}

/** What all have spent. */
export function hear(key: SharedKey, spend: Spend): void {
  raiseSpend(key.known, spend)
  raiseSpend(key.account.spend, spend)
}

/** The others have been told of so many requests under way. */
export function noteTold(key: SharedKey, count: number, nowMs: number): void {
  key.told = count
  key.toldAtMs = nowMs
}

/** @param beatMs how often they want to hear of requests that are still under way */
export function hasNews(
  { account, limits, outbox, told, toldAtMs }: SharedKey,
  beatMs: number,
  nowMs: number,
): boolean {
  if (!outbox.isEmpty()) return true
  if (limits.maxConcurrent === null) return false
  return told !== account.concurrent || (told > 0 && nowMs - toldAtMs >= beatMs)
}

/** Whichever count is higher: what was heard of all may be of before our own last ones. */
export function standingAmongAll({ account, limits, requests, tokens }: SharedKey, accounts: Accounts): Standing {
  const moment = accounts.moment()
  const own = standing(account, limits, moment)
  return {
    requests: fuller(own.requests, requests, moment.nowMs),
    tokens: fuller(own.tokens, tokens, moment.nowMs),
  }
}

function fuller(own: Standing['requests'], heard: Meter, nowMs: number): Standing['requests'] {
  if (own === null) return null
  const ofAll = standingOf(usedOf(heard, own.limit, nowMs), own.limit)
  return ofAll.resetMs > own.resetMs ? ofAll : own
}
