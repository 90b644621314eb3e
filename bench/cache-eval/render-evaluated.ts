import type { Detection } from './detect-jump.js'
import { type Evaluated, nameOf, type Setting } from './evaluate.js'
import { matedShare } from './make-streams.js'
import { renderMarkdown } from './render-markdown.js'
import { intervalOf, shareOf, type Tally, type Wrong } from './tally.js'

type Row = Evaluated['rows'][number]
type LabelKind = keyof Wrong

/** The cuts that are shown; those between them only count as rivals. */
const SHOWN_EVERY = 0.05
/** What a bound has to serve more than the best fixed cut. */
const GAIN = 1.15
/** How far the estimate may be above the bound. */
const SLACK = 1.25

export function renderEvaluated({ rows, stream }: Evaluated): string {
  const kinds = kindsOf(rows)
  const shown = rows.filter(({ setting }) => isShown(setting))
  const table = shown.map((row) => [
    nameOf(row.setting),
    `${percent(row.tally.hits / row.tally.requests)} (${row.tally.hits})`,
    ...kinds.flatMap((kind) => [
      wrongCell(row.tally, kind),
      row.setting.mode === 'bounded' ? gainCell(row, rows, kind) : '',
    ]),
  ])
  const head = ['', 'served (hits)', ...kinds.flatMap((kind) => [`wrong, ${kind} [95 %]`, 'gain (cut)'])]
  return [
    `## ${stream.name}`,
    '',
    aboutStream(stream, rows),
    '',
    renderMarkdown(head, table),
    ...rows.flatMap((row) => kinds.flatMap((kind) => goalsOf(row, rows, kind))),
    '',
  ].join('\n')
}

/** Those that every row has. */
function kindsOf(rows: readonly Row[]): readonly LabelKind[] {
  return rows.every(({ tally }) => tally.wrong.adjudicated !== null) ? ['strict', 'adjudicated'] : ['strict']
}

function aboutStream({ splits }: Evaluated['stream'], rows: readonly Row[]): string {
  const tally = rows[0]?.tally
  const requests = tally?.requests ?? 0
  const exact = requests === 0 ? 0 : (tally?.exact ?? 0) / requests
  const lessons = splits.map((split) => split.lessons.length)
  return [
    `${requests} requests in ${splits.length} splits; ${percent(exact)} in the very words of an earlier one,`,
    `${percent(matedShare(splits))} in other words than one of their group; ${Math.min(...lessons)} lessons.`,
  ].join('\n')
}

function isShown(setting: Setting): boolean {
  if (setting.mode === 'bounded') return true
  const steps = setting.threshold / SHOWN_EVERY
  return Math.abs(steps - Math.round(steps)) < 1e-6 || setting.threshold === 0.92 || setting.threshold === 0.99
}

function wrongCell(tally: Tally, kind: LabelKind): string {
  if (tally.hits === 0) return '-'
  const wrong = wrongOf(tally, kind)
  const { low, high } = intervalOf(wrong, tally)
  return `${percent(shareOf(wrong, tally))} [${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}] (${wrong})`
}

function gainCell({ tally }: Row, rows: readonly Row[], kind: LabelKind): string {
  const cut = bestCut(tally, rows, kind)
  if (tally.hits === 0) return '-'
  return cut === undefined ? 'no cut is wrong so seldom' : `${(tally.hits / cut.hits).toFixed(2)} × (${cut.threshold})`
}

interface Cut {
  readonly threshold: number
  readonly hits: number
}

/** The one that serves most of those that are wrong no more often. Undefined: there is none that serves anything. */
function bestCut(tally: Tally, rows: readonly Row[], kind: LabelKind): Cut | undefined {
  const most = shareOf(wrongOf(tally, kind), tally)
  return rows
    .flatMap(({ setting, tally: other }) =>
      setting.mode === 'threshold' && other.hits > 0 && shareOf(wrongOf(other, kind), other) <= most
        ? [{ threshold: setting.threshold, hits: other.hits }]
        : [],
    )
    .sort((a, b) => b.hits - a.hits)[0]
}

const wrongOf = ({ wrong }: Tally, kind: LabelKind): number => wrong[kind] ?? 0

function goalsOf(row: Row, rows: readonly Row[], kind: LabelKind): readonly string[] {
  const { setting, tally } = row
  if (setting.mode === 'threshold' || tally.hits === 0) return []
  const wrong = wrongOf(tally, kind)
  const bound = setting.maxFalseHitRate
  const cut = bestCut(tally, rows, kind)
  const goals = [
    [intervalOf(wrong, tally).low <= bound, 'the interval reaches down to the bound'],
    [shareOf(wrong, tally) <= SLACK * bound, `the estimate is at most ${SLACK} × the bound`],
    [cut === undefined || tally.hits >= GAIN * cut.hits, `at least ${GAIN} × the hits of the best cut`],
  ] as const
  const missed = goals.flatMap(([reached, goal]) => (reached ? [] : [goal]))
  return [`${nameOf(setting)}, ${kind}: ${missed.length === 0 ? 'all goals reached' : `MISSED: ${missed.join('; ')}`}`]
}

export function renderDetections(detections: readonly Detection[]): string {
  const rows = detections.map(({ judge, median, ninetieth, tooEarly }) => [
    judge,
    String(median),
    String(ninetieth),
    percent(tooEarly),
  ])
  const head = ['judge', 'judged hits until flagged: median', 'nine of ten', 'flagged before, within 300 hits']
  return `## A jump of the true error from 2 to 10 %, at a target of 5 %\n\n${renderMarkdown(head, rows)}\n`
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
