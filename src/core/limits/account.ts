import type { PicoUsd } from '../money/money.js'
import type { KeyLimits, Refusal, Standing } from './key-limits.js'
import { correct, differenceOf, type Meter, standingOf, type Taken, takeFrom, usedOf } from './meter.js'
import { addSpend, calendarAt, dayBegins, monthBegins, noSpend, type Spend } from './spend.js'

/** What one key has used. Changed by the functions below, which are given the time. */
export interface Account {
  readonly requests: Meter
  readonly tokens: Meter
  concurrent: number
  readonly spend: Spend
}

export interface Moment {
  /** Of a clock that is never set, for what is limited per minute. */
  readonly nowMs: number
  readonly epochMs: number
}

export function createAccount({ epochMs }: Pick<Moment, 'epochMs'>): Account {
  return {
    requests: { used: 0, atMs: 0 },
    tokens: { used: 0, atMs: 0 },
    concurrent: 0,
    spend: noSpend(calendarAt(epochMs)),
  }
}

/** Counts one more request, until `leave`, or says why not. A refused one counts for nothing. */
export function enter(account: Account, limits: KeyLimits, moment: Moment): Refusal | undefined {
  const { maxConcurrent, requestsPerMinute } = limits
  if (maxConcurrent !== null && account.concurrent >= maxConcurrent) {
    return { reason: 'concurrency', limit: maxConcurrent }
  }
  const overspent = budgetRefusal(account.spend, limits, moment.epochMs)
  if (overspent !== undefined) return overspent
  if (requestsPerMinute !== null) {
    const waitMs = takeFrom(account.requests, 1, requestsPerMinute, moment.nowMs)
    if (waitMs !== undefined) return { reason: 'requests', limit: requestsPerMinute, waitMs }
  }
  account.concurrent++
  return undefined
}

export function leave(account: Account): void {
  account.concurrent--
}

/** As if it had not entered. */
export function withdraw(account: Account, { requestsPerMinute }: KeyLimits, { nowMs }: Moment): void {
  leave(account)
  if (requestsPerMinute !== null) correct(account.requests, -1, requestsPerMinute, nowMs)
}

/**
 * What may be set aside for a request that will probably use so many tokens: all of a minute at most, so that what nobody
 * gives back has drained in one. That it used more is counted when it is settled.
 */
export function reservable(tokens: number, { tokensPerMinute }: KeyLimits): number {
  return tokensPerMinute === null ? tokens : Math.min(tokens, tokensPerMinute)
}

/** Takes what is `reservable`. */
export function reserve(
  account: Account,
  tokens: number,
  { tokensPerMinute }: KeyLimits,
  { nowMs }: Moment,
): Refusal | undefined {
  if (tokensPerMinute === null) return undefined
  const waitMs = takeFrom(account.tokens, tokens, tokensPerMinute, nowMs)
  return waitMs === undefined ? undefined : { reason: 'tokens', limit: tokensPerMinute, waitMs }
}

/** It used so many of what was reserved, or more. */
export function settleTokens(
  account: Account,
  { reserved, used }: { readonly reserved: Taken; readonly used: number },
  { tokensPerMinute }: KeyLimits,
  { nowMs }: Moment,
): void {
  if (tokensPerMinute === null) return
  correct(account.tokens, differenceOf(reserved, used, tokensPerMinute, nowMs), tokensPerMinute, nowMs)
}

export function spendMoney({ spend }: Account, amount: PicoUsd, { epochMs }: Moment): void {
  addSpend(spend, calendarAt(epochMs), amount)
}

/** What is used up is used up, also by a budget that is exceeded or of nothing at all. */
export function budgetRefusal(spend: Spend, limits: KeyLimits, epochMs: number): Refusal | undefined {
  const { budgetPerDay, budgetPerMonth } = limits
  if (budgetPerDay === null && budgetPerMonth === null) return undefined
  addSpend(spend, calendarAt(epochMs), 0n)
  if (budgetPerMonth !== null && spend.ofMonth >= budgetPerMonth) {
    return { reason: 'budget-month', limit: budgetPerMonth, renewsAtMs: monthBegins({ month: spend.month + 1 }) }
  }
  if (budgetPerDay !== null && spend.ofDay >= budgetPerDay) {
    return { reason: 'budget-day', limit: budgetPerDay, renewsAtMs: dayBegins({ day: spend.day + 1 }) }
  }
  return undefined
}

export function standing({ requests, tokens }: Account, limits: KeyLimits, { nowMs }: Moment): Standing {
  const { requestsPerMinute, tokensPerMinute } = limits
  return {
    requests: meterStanding(requests, requestsPerMinute, nowMs),
    tokens: meterStanding(tokens, tokensPerMinute, nowMs),
  }
}

function meterStanding(meter: Meter, limit: number | null, nowMs: number): Standing['requests'] {
  return limit === null ? null : standingOf(usedOf(meter, limit, nowMs), limit)
}
