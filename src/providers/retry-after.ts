import { ERROR_TABLE, type ErrorCode } from '../core/errors.js'
import type { WireError } from './provider.js'

/** A date far away is a mistake, and no client should sleep on one. */
const LONGEST_SECONDS = 24 * 60 * 60

/** The wait that belongs to an error: none where waiting does not help. */
export function chooseRetryAfterSeconds(code: ErrorCode, said: number | undefined): number | undefined {
  const { recovery } = ERROR_TABLE[code]
  if (said === undefined || (recovery !== 'retry' && recovery !== 'move')) return undefined
  return Math.min(said, LONGEST_SECONDS)
}

type Headers = WireError['headers']

/**
 * How long to wait before the next attempt, as far as the answer's headers say it: `retry-after-ms`, else `retry-after`
 * in seconds or as a date, else `x-ratelimit-reset-*`. Needs no clock: a date is read against the answer's own `date`.
 */
export function parseRetryAfterSeconds(headers: Headers): number | undefined {
  const millis = positive(headers['retry-after-ms'])
  if (millis !== undefined) return millis / 1000
  return positive(headers['retry-after']) ?? untilDate(headers) ?? untilReset(headers)
}

// Nobody waits for more than nine digits, and a longer row of them could mean infinity.
const DECIMAL = /^\d{1,9}(?:\.\d+)?$/

function positive(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? ''
  return DECIMAL.test(trimmed) ? Number(trimmed) : undefined
}

// `Date.parse` alone would take `-5` for a month.
const HTTP_DATE = /^\s*[a-z]{3}/i

/** A date that has passed means now. */
function untilDate({ date = '', 'retry-after': retryAfter = '' }: Headers): number | undefined {
  if (!HTTP_DATE.test(retryAfter)) return undefined
  const seconds = (Date.parse(retryAfter) - Date.parse(date)) / 1000
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}

/** Of the limits that are used up, the one that takes longest. */
function untilReset(headers: Headers): number | undefined {
  const waits = ['requests', 'tokens'].flatMap((limit) => {
    if (headers[`x-ratelimit-remaining-${limit}`]?.trim() !== '0') return []
    return parseDuration(headers[`x-ratelimit-reset-${limit}`]) ?? []
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}

const DURATION = /^(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9}(?:\.\d+)?)s)?(?:(\d{1,9}(?:\.\d+)?)ms)?$/

/** `6s`, `1m12s`, `120ms`. */
function parseDuration(text: string | undefined): number | undefined {
  const match = DURATION.exec(text?.trim() ?? '')
  if (match === null || match[0] === '') return undefined
  const [hours, minutes, seconds, millis] = match.slice(1).map((digits) => Number(digits ?? 0))
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0) + (millis ?? 0) / 1000
}
