import type { RoutingStats } from '../../http/stats/stats.js'
import { NOTHING } from '../format/numbers.js'
import { formatClock } from '../format/times.js'
import { createPlot } from './chart.js'
import { createChartFrame } from './chart-frame.js'
import type { ReadColour } from './colours.js'
import { scoreColumns } from './score-columns.js'

/** Scores of the routed requests against the threshold. */
export interface ScoreChart {
  readonly figure: HTMLElement
  show(routing: RoutingStats, now: number, span: number): void
  redraw(): void
}

export function createScoreChart(readColour: ReadColour): ScoreChart {
  let columns = scoreColumns([], { from: 0, to: 1, threshold: 0 })
  let pointed: number | null = null
  const frame = createChartFrame({
    id: 'scores',
    title: 'Complexity and routing',
    note: 'score of each routed prompt',
    labels: [
      { text: 'cheap', colour: 'line-teal', mark: 'dot' },
      { text: 'strong', colour: 'line-orange', mark: 'dot' },
      { text: 'threshold', colour: 'line-grey', mark: 'dash' },
    ],
    onStep: (by) => plot.step(by),
  })
  const plot = createPlot({
    place: frame.place,
    readColour,
    lines: [
      { label: 'cheap', colour: 'line-teal', kind: 'dots' },
      { label: 'strong', colour: 'line-orange', kind: 'dots', isFilled: true },
      { label: 'threshold', colour: 'line-grey', kind: 'steps', isDashed: true },
    ],
    scale: 'linear',
    top: { atLeast: 1, isFixed: true },
    formatTick: String,
    onCursor(index) {
      pointed = index
      tell()
    },
  })

  /** Under the pointer the scores, otherwise how many there are. */
  function tell(): void {
    const { cheap, strong, thresholds, times } = columns
    if (pointed === null) {
      const counts = [cheap, strong].map((column) => String(column.filter((score) => score !== null).length))
      return frame.tell([...counts, thresholds.at(-1)?.toFixed(3) ?? NOTHING], '')
    }
    const at = pointed
    const texts = [cheap, strong, thresholds].map((column) => column[at]?.toFixed(3) ?? NOTHING)
    frame.tell(texts, formatClock((times[at] ?? 0) * 1000))
  }

  return {
    figure: frame.figure,
    show({ recent, threshold }, now, span) {
      const range = [now - span, now] as const
      const shown = recent.filter(({ atEpochMs }) => atEpochMs > range[0] * 1000 && atEpochMs < now * 1000)
      columns = scoreColumns(shown, { from: range[0], to: now, threshold })
      const { cheap, strong, thresholds, times } = columns
      plot.show(times, [cheap, strong, thresholds], range)
      frame.setEmpty(shown.length === 0 ? 'Nothing yet: no request for “auto” in this time.' : undefined)
      tell()
    },
    redraw: () => plot.redraw(),
  }
}
