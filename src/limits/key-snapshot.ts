import type { KeyLimits, MeterStanding } from '../core/limits/key-limits.js'
import { type Calendar, calendarAt } from '../core/limits/spend.js'
import type { PicoUsd } from '../core/money/money.js'
import type { LimitedKey, Limiter } from './limiter.js'

/** What a key has used, for whoever looks after the gateway. Never holds a key or its hash. */
export interface KeySnapshot {
  readonly name: string
  readonly limits: KeyLimits
  /** What of the limit per minute is used just now; null: there is none. */
  readonly requestsUsed: number | null
  readonly tokensUsed: number | null
  /** Requests under way at this gateway. */
  readonly concurrent: number
  readonly spentToday: PicoUsd
  readonly spentThisMonth: PicoUsd
}

/** As far as this gateway knows: of what others have spent it hears when it serves the key. */
export function snapshotKeys(limiter: Limiter, keys: readonly LimitedKey[], epochMs: number): readonly KeySnapshot[] {
  const today = calendarAt(epochMs)
  return keys.map((key) => snapshot(limiter, key, today))
}

function snapshot(limiter: Limiter, key: LimitedKey, today: Calendar): KeySnapshot {
  const { concurrent, spend, standing } = limiter.usage(key)
  return {
    name: key.name,
    limits: key.limits,
    requestsUsed: usedOf(standing.requests),
    tokensUsed: usedOf(standing.tokens),
    concurrent,
    spentToday: spend.day < today.day ? 0n : spend.ofDay,
    spentThisMonth: spend.month < today.month ? 0n : spend.ofMonth,
  }
}

function usedOf(meter: MeterStanding | null): number | null {
  return meter === null ? null : meter.limit - meter.remaining
}
