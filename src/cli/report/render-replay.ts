import type { ReplayFigures } from '../../core/money/replay/replay.js'
import { dollars } from './dollars.js'
import { renderTable } from './render-table.js'
import type { ReplayedLog } from './replay-log.js'

/** What another configuration would have done, beside what was logged. */
export function renderReplay({
  assumptions,
  lines,
  logged,
  predicted,
  threshold,
  unscored_copies,
  without_key,
}: ReplayedLog): string {
  const rows = ROWS.map(([name, cell]) => [name, cell(logged), cell(predicted)])
  return [
    `${count(lines.requests)} answered chats; ${count(lines.left_out)} without a whole and counted answer and ${count(lines.unreadable)} lines that are no JSON are left out.`,
    '',
    renderTable(['', 'as logged', 'predicted'], rows),
    '',
    `Threshold of routing: ${typeof threshold === 'number' ? threshold.toFixed(4) : threshold}.`,
    ...(without_key === 0
      ? []
      : [
          `${count(without_key)} passed the cache by when they were logged, so nobody knows how many of them were asked before.`,
        ]),
    ...(unscored_copies === 0
      ? []
      : [
          `${count(unscored_copies)} copies would be made anew that no line says the score of: they are priced as the copied answer was.`,
        ]),
    '',
    'Assumed:',
    ...assumptions.map((assumption) => `- ${assumption}`),
    '',
  ].join('\n')
}

const ROWS: readonly (readonly [string, (figures: ReplayFigures) => string])[] = [
  ['hit rate', ({ hit_rate }) => percent(hit_rate)],
  ['exact', ({ exact }) => count(exact)],
  ['semantic', ({ semantic }) => count(semantic)],
  ['joined', ({ joined }) => count(joined)],
  ['calls', ({ calls }) => count(calls)],
  ['to the strong model', ({ strong_share }) => (strong_share === null ? '–' : percent(strong_share))],
  ['spend', ({ spend_usd }) => dollars(spend_usd)],
  ['of unknown cost', ({ unpriced }) => count(unpriced)],
]

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
