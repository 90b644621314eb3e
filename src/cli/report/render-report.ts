import type { Report, ReportRow } from '../../core/money/ledger/report.js'
import type { QualityLine, ReportLine } from '../../core/money/ledger/report-line.js'
import { dollars } from './dollars.js'
import { renderTable } from './render-table.js'

/** A report for people. Amounts are rounded to the micro-dollar; JSON and CSV have them whole. */
export function renderReport(report: Report): string {
  const { rows, since, totals, until } = report
  return [
    `Spend and savings from ${minute(since)} to ${minute(until)} UTC`,
    '',
    ...totalsOf(totals),
    ...(rows.length === 0 ? [] : ['', renderTable(columnsOf(report), rows.map(cellsOf))]),
    '',
  ].join('\n')
}

function totalsOf(line: ReportLine): readonly string[] {
  const { background_usd: background, saved_usd: saved } = line
  const net = line.net_saved_share === null ? '' : ` (${percent(line.net_saved_share)})`
  return [
    row('requests', count(line.requests), line.failed === 0 ? '' : `${count(line.failed)} failed`),
    row(
      'from the cache',
      count(copies(line)),
      `exact ${count(line.exact_hits)}, semantic ${count(line.semantic_hits)}, joined ${count(line.joined)}`,
    ),
    row(
      'calls to providers',
      count(line.calls),
      `${count(line.input_tokens)} tokens in, ${count(line.output_tokens)} out`,
    ),
    row(
      'spend',
      dollars(line.spend_usd),
      `unused answers ${dollars(line.unused_usd)}, audits ${dollars(background.audit)}, judges ${dollars(background.judge)}, shadow calls ${dollars(background.shadow)}`,
    ),
    row('without llmrouter', dollars(line.counterfactual_usd), ''),
    row('saved', `${dollars(line.net_saved_usd)}${net}`, ''),
    row('  exact hits', dollars(saved.exact), ''),
    row('  joined', dollars(saved.joined), ''),
    row('  semantic hits', dollars(saved.semantic), ''),
    row('  routing', dollars(saved.routing), ''),
    row("  providers' caches", dollars(saved['prompt-cache']), ''),
    ...unknownOf(line),
    '',
    ...(line.quality.length === 0 ? ['Nobody has judged any answer.'] : line.quality.map(renderQuality)),
  ]
}

function unknownOf({ unpriced_calls: calls, unpriced_copies: savings }: ReportLine): readonly string[] {
  if (calls === 0 && savings === 0) return []
  return [
    '',
    `Not in these amounts: ${count(calls)} calls whose cost is not known, ${count(savings)} copies whose saving is not.`,
  ]
}

const SOURCES: Readonly<Record<QualityLine['source'], string>> = {
  audit: 'Semantic hits, by audits',
  shadow: 'Cheap answers, by shadow calls',
  client: 'Cached answers that clients judged',
  reviewer: 'Cached answers that reviewers judged',
}

function renderQuality(line: QualityLine): string {
  const { high, low, right, share_right, source, unjudged, unsure, wrong } = line
  const left =
    unjudged === null || unjudged === 0 ? '' : ` ${count(unjudged)} were not judged, which says nothing of them.`
  if (share_right === null)
    return `${SOURCES[source]}: none of ${count(unjudged ?? 0)} judged, which says nothing of them.`
  const doubtful = unsure === 0 ? '' : `, ${count(unsure)} more without a result`
  return `${SOURCES[source]}: ${count(right)} of ${count(right + wrong)} right, ${percent(share_right)} (95 %: ${percent(low)} to ${percent(high)})${doubtful}.${left}`
}

function columnsOf({ by }: Report): readonly string[] {
  return [
    ...by,
    'requests',
    'copies',
    'calls',
    'spend',
    'exact',
    'joined',
    'semantic',
    'routing',
    'prompt-cache',
    'saved',
    'right (95 %)',
  ]
}

function cellsOf(line: ReportRow): readonly string[] {
  const { saved_usd: saved } = line
  const unknown = line.unpriced_calls === 0 ? '' : ` + ${count(line.unpriced_calls)} unknown`
  return [
    ...Object.values(line.of),
    count(line.requests),
    count(copies(line)),
    count(line.calls),
    `${dollars(line.spend_usd)}${unknown}`,
    ...[saved.exact, saved.joined, saved.semantic, saved.routing, saved['prompt-cache'], line.net_saved_usd].map(
      dollars,
    ),
    judged(line.quality.find(({ share_right }) => share_right !== null)),
  ]
}

function judged(line: QualityLine | undefined): string {
  if (line === undefined) return '–'
  return `${count(line.right)}/${count(line.right + line.wrong)} (${percent(line.low)}–${percent(line.high)})`
}

function copies({ exact_hits, joined, semantic_hits }: ReportLine): number {
  return exact_hits + semantic_hits + joined
}

function row(name: string, value: string, more: string): string {
  return `  ${name.padEnd(20)}${value.padStart(16)}${more === '' ? '' : `   ${more}`}`
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function minute(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}
