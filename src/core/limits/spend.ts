import type { PicoUsd } from '../money/money.js'

/** A day and a month of UTC, as numbers that grow by one. */
export interface Calendar {
  /** Since 1 January 1970. */
  readonly day: number
  /** Since January of the year 0. */
  readonly month: number
}

/** What was spent in the newest day and month that anything is known of. */
export interface Spend {
  day: number
  month: number
  ofDay: PicoUsd
  ofMonth: PicoUsd
}

const DAY_MS = 86_400_000

export function calendarAt(epochMs: number): Calendar {
  const date = new Date(epochMs)
  return { day: Math.floor(epochMs / DAY_MS), month: date.getUTCFullYear() * 12 + date.getUTCMonth() }
}

export function noSpend({ day, month }: Calendar): Spend {
  return { day, month, ofDay: 0n, ofMonth: 0n }
}

/** Money of a day or a month that is over is not among that of the new one. A clock that is set back ends none. */
export function addSpend(spend: Spend, { day, month }: Calendar, amount: PicoUsd): void {
  if (day > spend.day) {
    spend.day = day
    spend.ofDay = 0n
  }
  if (month > spend.month) {
    spend.month = month
    spend.ofMonth = 0n
  }
  if (day === spend.day) spend.ofDay += amount
  if (month === spend.month) spend.ofMonth += amount
}

/** As `addSpend` of nothing, and at least what others know to be spent. */
export function raiseSpend(spend: Spend, known: Readonly<Spend>): void {
  addSpend(spend, known, 0n)
  if (known.day === spend.day && known.ofDay > spend.ofDay) spend.ofDay = known.ofDay
  if (known.month === spend.month && known.ofMonth > spend.ofMonth) spend.ofMonth = known.ofMonth
}

/** What was found to be spent before. */
export function addEarlier(spend: Spend, earlier: Readonly<Spend>): void {
  addSpend(spend, earlier, 0n)
  if (earlier.day === spend.day) spend.ofDay += earlier.ofDay
  if (earlier.month === spend.month) spend.ofMonth += earlier.ofMonth
}

export function dayBegins({ day }: Pick<Calendar, 'day'>): number {
  return day * DAY_MS
}

export function monthBegins({ month }: Pick<Calendar, 'month'>): number {
  return Date.UTC(Math.floor(month / 12), month % 12)
}
