import type { RecentRequest, Stats } from '../../http/stats/stats.js'
import { element } from '../dom/element.js'
import { formatCount, formatDollars, formatMs, NOTHING } from '../format/numbers.js'
import { formatClock } from '../format/times.js'
import { badge, type Tone } from './badge.js'
import { type Cell, createTable } from './table.js'

const COLUMNS = [
  { title: 'Time', isShort: true },
  { title: 'Model' },
  { title: 'Cache', isShort: true },
  { title: 'Why' },
  { title: 'Status' },
  { title: 'First token', isNumber: true },
  { title: 'Total', isNumber: true },
  { title: 'Tokens', isNumber: true },
  { title: 'Cost', isNumber: true },
  { title: 'Saved', isNumber: true },
]

const TONES: Readonly<Record<RecentRequest['cache'], Tone>> = {
  HIT: 'good',
  JOIN: 'good',
  MISS: 'plain',
  SKIP: 'plain',
  REFRESH: 'plain',
  ONLY_MISS: 'warn',
}

/** The last requests, and why each was answered as it was. */
export function createRequestsPanel(place: HTMLElement): (stats: Stats) => void {
  const table = createTable(
    'The last 50 requests, newest first',
    COLUMNS,
    'No request yet: try one in the box above, or send one from your application.',
    true,
  )
  place.append(table.box)
  return ({ recent }) =>
    // Ids may be the clients' own, and come twice.
    table.show(recent.map((request) => ({ key: `${request.id} ${request.at}`, cells: cellsOf(request) })))
}

function cellsOf(request: RecentRequest): readonly Cell[] {
  const { cache, cache_kind, cost_usd, duration_ms, input_tokens, output_tokens, saved_usd, ttft_ms } = request
  return [
    element(
      'time',
      { datetime: request.at, title: `${request.id}, ${request.path}` },
      formatClock(Date.parse(request.at)),
    ),
    modelCell(request),
    badge(cache_kind === null ? cache : `${cache} ${cache_kind}`, TONES[cache]),
    whyCell(request),
    statusBadge(request),
    formatMs(ttft_ms),
    formatMs(duration_ms),
    input_tokens === null ? NOTHING : `${formatCount(input_tokens)} → ${formatCount(output_tokens)}`,
    cost_usd === null ? 'unknown' : formatDollars(cost_usd),
    formatDollars(saved_usd),
  ]
}

/** What was asked, where the gateway tells it, above the reason. */
function whyCell({ prompt, reason }: RecentRequest): Cell {
  const why = reason === '' ? NOTHING : reason
  return prompt === null ? why : element('div', {}, element('q', {}, prompt), element('div', {}, why))
}

function modelCell({ model, provider, requested_model }: RecentRequest): Cell {
  const answered = model ?? NOTHING
  const text = requested_model === null || requested_model === answered ? answered : `${requested_model} → ${answered}`
  return element('span', provider === null ? {} : { title: `provider ${provider}` }, text)
}

function statusBadge({ end, error, status }: RecentRequest): HTMLElement {
  if (end === 'complete') return badge(String(status), 'good')
  if (end === 'client-gone') return badge('client left', 'warn')
  return badge(`${status} ${error ?? end}`, 'bad')
}
