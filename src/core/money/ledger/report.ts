import { type LedgerRow, OTHER, type TrafficCause, type TrafficOf } from './ledger-row.js'
import { addSums, entriesOf, type LedgerSums } from './ledger-sums.js'
import { type CauseSums, type ReportLine, renderLine } from './report-line.js'

/** What lines may be made by, besides `tag:NAME`. */
export const REPORT_DIMENSIONS = ['tenant', 'key', 'provider', 'model', 'day'] as const

export type ReportDimension = (typeof REPORT_DIMENSIONS)[number]

export type ReportBy =
  | { readonly kind: 'dimensions'; readonly names: readonly ReportDimension[] }
  | { readonly kind: 'tag'; readonly name: string }

export interface ReportQuestion {
  readonly by: ReportBy
  /** Only of these. */
  readonly tenant?: string | undefined
  readonly key?: string | undefined
  readonly model?: string | undefined
}

export interface Report {
  readonly since: string
  readonly until: string
  readonly by: readonly string[]
  readonly totals: ReportLine
  readonly rows: readonly ReportRow[]
}

export type ReportRow = { readonly of: Readonly<Record<string, string>> } & ReportLine

export interface ReportSource {
  readonly rows: readonly PeriodRow[]
  readonly sinceMs: number
  readonly untilMs: number
}

export interface PeriodRow extends LedgerRow {
  /** `h2026-11-28T15` or `d2026-11-28` */
  readonly period: string
}

const NO_NAME = '(none)'

/** Judges do not look at tags. */
const UNJUDGED = { quality: [] } as const

export function buildReport(source: ReportSource, question: ReportQuestion): Report {
  const { by } = question
  const traffic = source.rows.flatMap((row) => trafficRow(row, question))
  const totals = sumByCause(traffic)
  const groups = by.kind === 'tag' ? groupByTag(source.rows, by.name, question, totals) : groupBy(traffic, by.names)
  return {
    since: new Date(source.sinceMs).toISOString(),
    until: new Date(source.untilMs).toISOString(),
    by: by.kind === 'tag' ? [`tag:${by.name}`] : by.names,
    totals: renderLine(totals),
    rows: groups
      .map(({ causes, of }) => ({ of, ...renderLine(causes), ...(by.kind === 'tag' && UNJUDGED) }))
      .sort(bySpend),
  }
}

interface TrafficRow {
  readonly of: TrafficOf
  readonly period: string
  readonly sums: LedgerSums
}

interface Group {
  readonly of: Readonly<Record<string, string>>
  readonly causes: CauseSums
}

function trafficRow({ of, period, sums }: PeriodRow, { key, model, tenant }: ReportQuestion): readonly TrafficRow[] {
  if (of.kind !== 'traffic') return []
  const isWanted =
    (tenant === undefined || of.tenant === tenant) &&
    (key === undefined || of.key === key) &&
    (model === undefined || of.model === model)
  return isWanted ? [{ of, period, sums }] : []
}

function groupBy(rows: readonly TrafficRow[], names: readonly ReportDimension[]): readonly Group[] {
  if (names.length === 0) return []
  const groups = new Map<string, TrafficRow[]>()
  for (const row of rows) {
    const name = JSON.stringify(names.map((dimension) => namedOf(row, dimension)))
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return [...groups.values()].map((group) => ({ of: nameOf(group, names), causes: sumByCause(group) }))
}

function nameOf([first]: readonly TrafficRow[], names: readonly ReportDimension[]): Group['of'] {
  return Object.fromEntries(names.map((dimension) => [dimension, first === undefined ? '' : namedOf(first, dimension)]))
}

function namedOf({ of, period }: TrafficRow, dimension: ReportDimension): string {
  if (dimension === 'day') return period.slice(1, 11)
  return of[dimension] === '' ? NO_NAME : of[dimension]
}

/** What has no such tag is what is left. Labels and the background are nobody's tag. */
function groupByTag(
  rows: readonly PeriodRow[],
  tag: string,
  { tenant }: ReportQuestion,
  totals: CauseSums,
): readonly Group[] {
  const tagged = rows.flatMap(({ of, sums }) => (of.kind === 'tag' ? [{ of, sums }] : []))
  const mine = tagged.filter(({ of }) => tenant === undefined || of.tenant === tenant)
  const values = new Map<string, LedgerSums>()
  for (const { of, sums } of mine) {
    if (of.tag === tag) values.set(of.value, addSums(values.get(of.value) ?? {}, sums))
  }
  const rest = [...values.values()].reduce((left, sums) => addSums(left, negative(sums)), totals.answer ?? {})
  const name = `tag:${tag}`
  const groups = [...values].map(([value, answer]) => ({ of: { [name]: value }, causes: { answer } }))
  const left = mine.some(({ of }) => of.tag === OTHER) ? OTHER : NO_NAME
  return [...groups, { of: { [name]: left }, causes: { ...totals, answer: rest } }].filter(({ causes }) =>
    isThere(causes),
  )
}

function isThere(causes: CauseSums): boolean {
  return Object.values(causes).some((sums) => entriesOf(sums).length > 0)
}

function negative(sums: LedgerSums): LedgerSums {
  return Object.fromEntries(entriesOf(sums).map(([name, amount]) => [name, -amount]))
}

function sumByCause(rows: readonly TrafficRow[]): CauseSums {
  const causes: Partial<Record<TrafficCause, LedgerSums>> = {}
  for (const { of, sums } of rows) causes[of.cause] = addSums(causes[of.cause] ?? {}, sums)
  return causes
}

/** Dearest first; alike, in the order of their names. */
function bySpend(one: ReportRow, other: ReportRow): number {
  const difference = Number(other.spend_usd) - Number(one.spend_usd)
  if (difference !== 0) return difference
  return JSON.stringify(one.of) < JSON.stringify(other.of) ? -1 : 1
}
