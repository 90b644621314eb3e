import type { MeterStanding } from './key-limits.js'

/**
 * How much of a limit per minute is used. What is taken fills it, and it drains evenly, a whole limit a minute: a token
 * bucket seen from its empty side, so that a new one is just 0 and another limit needs no conversion. In any stretch of
 * time no more than the limit and what drains meanwhile can be taken.
 */
export interface Meter {
  used: number
  /** Of the clock that is given to the functions below. */
  atMs: number
}

/** What was taken from a meter, and when. */
export interface Taken {
  readonly amount: number
  readonly atMs: number
}

const MINUTE_MS = 60_000
/** Who waits exactly as long as told must not be refused for a rounding. */
const ROUNDING = 1e-9

export function usedOf({ atMs, used }: Meter, limit: number, nowMs: number): number {
  return Math.max(0, used - (Math.max(0, nowMs - atMs) * limit) / MINUTE_MS)
}

/**
 * More than the whole limit can be taken at once, when all of it is free: refused for ever would help nobody. The rest is a
 * debt that drains before anything else may be taken.
 *
 * @returns undefined: it is taken; else so many milliseconds until it could be
 */
export function takeFrom(meter: Meter, amount: number, limit: number, nowMs: number): number | undefined {
  const used = usedOf(meter, limit, nowMs)
  const excess = used + Math.min(amount, limit) - limit
  if (excess > ROUNDING) return (excess * MINUTE_MS) / limit
  set(meter, used + amount, nowMs)
  return undefined
}

/** It was more (or less, when negative) than was taken. */
export function correct(meter: Meter, difference: number, limit: number, nowMs: number): void {
  set(meter, Math.max(0, usedOf(meter, limit, nowMs) + difference), nowMs)
}

/**
 * By how much a meter has to be corrected when it turns out what was used of what was taken. What has drained since then is
 * not there to be given back: others would get it twice.
 */
export function differenceOf(taken: Taken, used: number, limit: number, nowMs: number): number {
  const drained = (Math.max(0, nowMs - taken.atMs) * limit) / MINUTE_MS
  return Math.max(used - taken.amount, Math.min(0, drained - taken.amount))
}

export function standingOf(used: number, limit: number): MeterStanding {
  return {
    limit,
    remaining: Math.max(0, Math.floor(limit - used + ROUNDING)),
    resetMs: (used * MINUTE_MS) / limit,
  }
}

function set(meter: Meter, used: number, nowMs: number): void {
  meter.used = used
  meter.atMs = nowMs
}
