type Headers = Readonly<Record<string, string | undefined>>

/** How long to wait before the next attempt, as far as the answer says it. Needs no clock: a date is compared with `date`. */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const millis = positive(headers['retry-after-ms'])
  if (millis !== undefined) return millis / 1000
  return positive(headers['retry-after']) ?? untilDate(headers) ?? untilReset(headers)
}

function positive(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined
  return Number(text)
}

function untilDate(headers: Headers): number | undefined {
  const seconds = (Date.parse(headers['retry-after'] ?? '') - Date.parse(headers.date ?? '')) / 1000
  return seconds >= 0 ? seconds : undefined
}

/** `x-ratelimit-reset-*` of the limits that are used up. */
function untilReset(headers: Headers): number | undefined {
  const waits = ['requests', 'tokens'].flatMap((limit) => {
    if (headers[`x-ratelimit-remaining-${limit}`]?.trim() !== '0') return []
    return parseDuration(headers[`x-ratelimit-reset-${limit}`]) ?? []
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}

const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/

/** `6s`, `1m12s`, `120ms`. */
function parseDuration(text: string | undefined): number | undefined {
  const match = DURATION.exec(text?.trim() ?? '')
  if (match === null || match[0] === '') return undefined
  const [hours, minutes, seconds, millis] = match.slice(1).map((digits) => Number(digits ?? 0))
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0) + (millis ?? 0) / 1000
}
