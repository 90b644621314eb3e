const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const LATEST_MS = 8.64e15

/**
 * A day, a time of ISO 8601 (UTC where it names no zone), or how long ago: `2026-11-28`, `2026-11-28T15:00Z`, `24h`, `7d`.
 * Undefined: none of these.
 */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const ago = /^(\d{1,6})([mhdw])$/.exec(text)
  if (ago !== null) return nowMs - Number(ago[1]) * (UNITS_MS[ago[2] ?? ''] ?? 0)
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text)
  if (iso === null) return undefined
  const ms = Date.parse(iso[1] === undefined || iso[4] !== undefined ? text : `${text}Z`)
  return Math.abs(ms) <= LATEST_MS ? ms : undefined
}
