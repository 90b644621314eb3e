/** The ledger has every sum twice: by hour, for some weeks, and by day, for a year and more. Both in UTC. */
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const KEPT_HOURS_MS = 35 * DAY_MS
const KEPT_DAYS_MS = 400 * DAY_MS

/** `h2026-11-28T15` */
export function hourOf(epochMs: number): string {
  return `h${new Date(epochMs).toISOString().slice(0, 13)}`
}

/** `d2026-11-28` */
export function dayOf(epochMs: number): string {
  return `d${new Date(epochMs).toISOString().slice(0, 10)}`
}

/** Both that an hour's sums belong to. */
export function periodsOfHour(hour: string): readonly [string, string] {
  return [hour, `d${hour.slice(1, 11)}`]
}

/** Periods before these are forgotten. */
export function oldestPeriods(nowMs: number): { readonly hour: string; readonly day: string } {
  return { hour: hourOf(nowMs - KEPT_HOURS_MS), day: dayOf(nowMs - KEPT_DAYS_MS) }
}

export interface PeriodRange {
  readonly periods: readonly string[]
  /** What they cover: at least what was asked for, in whole hours, or in whole days where hours are forgotten. */
  readonly sinceMs: number
  readonly untilMs: number
}

/** @param untilMs exclusive */
export function periodsBetween(sinceMs: number, untilMs: number, nowMs: number): PeriodRange {
  const oldestDay = floor(nowMs - KEPT_DAYS_MS, DAY_MS)
  const end = floor(Math.min(untilMs, nowMs) + HOUR_MS - 1, HOUR_MS)
  const start = Math.max(floor(sinceMs, HOUR_MS), oldestDay)
  const periods: string[] = []
  let [since, until] = [end, end]
  for (let at = floor(start, DAY_MS); at < end; at += DAY_MS) {
    const isWhole = start <= at && (at + DAY_MS <= end || end >= nowMs)
    // The day that the hours begin in may have lost some of them.
    const hasHours = at > nowMs - KEPT_HOURS_MS
    const [from, to] = isWhole || !hasHours ? [at, at + DAY_MS] : [Math.max(start, at), Math.min(end, at + DAY_MS)]
    if (isWhole || !hasHours) periods.push(dayOf(at))
    else for (let hour = from; hour < to; hour += HOUR_MS) periods.push(hourOf(hour))
    since = Math.min(since, from)
    until = Math.max(until, to)
  }
  // Of today nothing is later than this hour.
  until = Math.min(until, floor(nowMs + HOUR_MS - 1, HOUR_MS))
  return { periods, sinceMs: since, untilMs: Math.max(until, since) }
}

function floor(ms: number, unit: number): number {
  return Math.floor(ms / unit) * unit
}
