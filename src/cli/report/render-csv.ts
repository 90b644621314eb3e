import type { Report } from '../../core/money/ledger/report.js'
import type { ReportLine } from '../../core/money/ledger/report-line.js'

/** One line for each row of the report, or one for all of it; amounts are exact. RFC 4180. */
export function renderCsv({ by, rows, totals }: Report): string {
  const lines = rows.length === 0 ? [{ of: {}, ...totals }] : rows
  const names = [...(rows.length === 0 ? [] : by), ...Object.keys(valuesOf(totals))]
  const records = lines.map((line) => [...Object.values(line.of), ...Object.values(valuesOf(line))])
  return [names, ...records].map((record) => `${record.map(field).join(',')}\r\n`).join('')
}

function valuesOf(line: ReportLine): Readonly<Record<string, string | number>> {
  const { background_usd, net_saved_share, quality, saved_usd } = line
  const audit = quality.find(({ source }) => source === 'audit')
  return {
    requests: line.requests,
    failed: line.failed,
    exact_hits: line.exact_hits,
    semantic_hits: line.semantic_hits,
    joined: line.joined,
    calls: line.calls,
    input_tokens: line.input_tokens,
    output_tokens: line.output_tokens,
    cached_tokens: line.cached_tokens,
    cache_write_tokens: line.cache_write_tokens,
    spend_usd: line.spend_usd,
    unused_usd: line.unused_usd,
    audit_usd: background_usd.audit,
    judge_usd: background_usd.judge,
    shadow_usd: background_usd.shadow,
    unpriced_calls: line.unpriced_calls,
    saved_exact_usd: saved_usd.exact,
    saved_joined_usd: saved_usd.joined,
    saved_semantic_usd: saved_usd.semantic,
    saved_routing_usd: saved_usd.routing,
    saved_prompt_cache_usd: saved_usd['prompt-cache'],
    unpriced_copies: line.unpriced_copies,
    counterfactual_usd: line.counterfactual_usd,
    net_saved_usd: line.net_saved_usd,
    net_saved_share: net_saved_share ?? '',
    audited_right: audit?.right ?? 0,
    audited_wrong: audit?.wrong ?? 0,
    audited_low: audit?.low ?? '',
    audited_high: audit?.high ?? '',
  }
}

/** A name that a spreadsheet would take for a formula is made text. */
function field(value: string | number): string {
  const text = typeof value === 'string' && /^[=+@\t\r]|^-(?!\d)/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
