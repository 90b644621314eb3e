import { invalidRequest } from '../../errors.js'
import { parseMoment } from '../../parse-moment.js'
import { REPORT_DIMENSIONS, type ReportBy, type ReportDimension, type ReportQuestion } from './report.js'

/** What `GET /report` and `llmrouter report` take, as text. */
export const REPORT_FIELDS = ['since', 'until', 'by', 'tenant', 'key', 'model'] as const

export type ReportQuery = Readonly<Partial<Record<(typeof REPORT_FIELDS)[number], string | undefined>>>

export interface ReportRequest {
  readonly question: ReportQuestion
  readonly sinceMs: number
  readonly untilMs: number
}

const DEFAULT_SINCE = '30d'

/** @throws GatewayError 400 that names the field */
export function parseReportQuery(query: ReportQuery, nowMs: number): ReportRequest {
  const sinceMs = requireMoment(query.since ?? DEFAULT_SINCE, 'since', nowMs)
  const untilMs = query.until === undefined ? nowMs : requireMoment(query.until, 'until', nowMs)
  if (sinceMs >= untilMs) throw invalidRequest('since', "'since' must be before 'until', and before now.")
  const by = parseBy(query.by ?? '')
  const { key, model, tenant } = query
  if (by.kind === 'tag' && (key !== undefined || model !== undefined)) {
    throw invalidRequest('by', "Tags are kept by tenant only: 'tag:…' goes with 'tenant', not with 'key' or 'model'.")
  }
  return { sinceMs, untilMs, question: { by, key, model, tenant } }
}

function requireMoment(text: string, param: string, nowMs: number): number {
  const ms = parseMoment(text, nowMs)
  if (ms !== undefined) return ms
  throw invalidRequest(param, `'${param}' must be a day, a time (ISO 8601) or how long ago, such as 2026-11-28 or 24h.`)
}

/** `tenant,model`, or `tag:NAME`. */
function parseBy(text: string): ReportBy {
  const tag = /^tag:(.{1,200})$/.exec(text)?.[1]
  if (tag !== undefined) return { kind: 'tag', name: tag }
  const names = text.split(',').filter((name) => name !== '')
  const wrong = names.find((name) => !isDimension(name))
  if (wrong === undefined) return { kind: 'dimensions', names: [...new Set(names)].filter(isDimension) }
  throw invalidRequest(
    'by',
    `'${wrong.slice(0, 100)}' cannot be reported by. Lines are by ${REPORT_DIMENSIONS.join(', ')}, several with commas, or by tag:NAME alone.`,
  )
}

function isDimension(name: string): name is ReportDimension {
  return REPORT_DIMENSIONS.some((dimension) => dimension === name)
}
