import type { DialectName } from '../../core/chat-request.js'
import type { MeterStanding, Standing } from '../../core/limits/key-limits.js'

/**
 * How a key stands, in the words that clients of OpenAI know: https://platform.openai.com/docs/guides/rate-limits. Anthropic's
 * clients get theirs beside them: https://platform.claude.com/docs/en/api/rate-limits#response-headers.
 */
export function limitHeaders(standing: Standing, dialect: DialectName, epochMs: number): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const what of ['requests', 'tokens'] as const) {
    const meter = standing[what]
    if (meter === null) continue
    Object.assign(headers, openaiHeaders(what, meter))
    if (dialect === 'anthropic') Object.assign(headers, anthropicHeaders(what, meter, epochMs))
  }
  return headers
}

function openaiHeaders(what: string, { limit, remaining, resetMs }: MeterStanding): Record<string, string> {
  return {
    [`x-ratelimit-limit-${what}`]: String(limit),
    [`x-ratelimit-remaining-${what}`]: String(remaining),
    [`x-ratelimit-reset-${what}`]: formatDuration(resetMs),
  }
}

function anthropicHeaders(
  what: string,
  { limit, remaining, resetMs }: MeterStanding,
  epochMs: number,
): Record<string, string> {
  return {
    [`anthropic-ratelimit-${what}-limit`]: String(limit),
    [`anthropic-ratelimit-${what}-remaining`]: String(remaining),
    [`anthropic-ratelimit-${what}-reset`]: formatMoment(epochMs + resetMs),
  }
}

/** `0s`, `120ms`, `8.64s`, `6m0s`, `1h0m3s`: never shorter than it is. */
export function formatDuration(durationMs: number): string {
  const ms = Math.ceil(durationMs)
  if (ms === 0) return '0s'
  if (ms < 1000) return `${ms}ms`
  const minutes = Math.floor(ms / 60_000)
  const seconds = `${(ms % 60_000) / 1000}s`
  if (minutes === 0) return seconds
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`
}

/** RFC 3339, whole seconds, never too early. */
function formatMoment(epochMs: number): string {
  return `${new Date(Math.ceil(epochMs / 1000) * 1000).toISOString().slice(0, 19)}Z`
}
