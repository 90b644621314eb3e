import { type Diagnosis, fail, ok, warn } from './diagnosis.js'

/** Headers tell whole seconds, and answers take a moment. */
const FINE_MS = 5000
/** Beyond it certificates, expiry dates of keys and days of budgets go wrong. */
const WRONG_MS = 5 * 60_000

/** When a server said it was, by its `Date` header, and what our clock said then. */
export interface ClockReading {
  readonly theirsMs: number
  readonly oursMs: number
}

/** Undefined: nobody told the time. One server may be wrong, so the middle one of several is believed. */
export function checkClock(readings: readonly ClockReading[]): Diagnosis | undefined {
  const skews = readings.map(({ oursMs, theirsMs }) => oursMs - theirsMs).toSorted((a, b) => a - b)
  const skew = skews[Math.floor(skews.length / 2)]
  if (skew === undefined) return undefined
  const seconds = Math.round(Math.abs(skew) / 1000)
  if (Math.abs(skew) <= FINE_MS) return ok('clock', `agrees with that of the providers (${seconds} s apart)`)
  const message = `is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} that of the providers`
  const fix = 'Let the system set its clock (chrony, systemd-timesyncd, ntpd).'
  return Math.abs(skew) > WRONG_MS ? fail('clock', message, fix) : warn('clock', message, fix)
}
