import type { WireError } from '../provider.js'

/** `retry-after-ms`, else `retry-after` in seconds or as a date, which is read against the answer's own `date`. */
export function parseRetryAfterSeconds(headers: WireError['headers']): number | undefined {
  const milliseconds = parsePositive(headers['retry-after-ms'])
  if (milliseconds !== undefined) return milliseconds / 1000
  const value = headers['retry-after']
  const seconds = parsePositive(value)
  if (seconds !== undefined || value === undefined) return seconds
  const waitMs = Date.parse(value) - Date.parse(headers.date ?? '')
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs / 1000)
}

const DECIMAL = /^\d+(?:\.\d+)?$/

function parsePositive(value: string | undefined): number | undefined {
  return value !== undefined && DECIMAL.test(value.trim()) ? Number(value) : undefined
}
