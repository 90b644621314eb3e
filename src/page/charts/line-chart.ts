import { withoutZeros } from '../format/numbers.js'
import { formatClock } from '../format/times.js'
import type { Sample } from '../stats/sample.js'
import { createPlot } from './chart.js'
import { createChartFrame } from './chart-frame.js'
import type { ChartSpec } from './chart-spec.js'
import type { ReadColour } from './colours.js'

/** A chart of the page. */
export interface Chart {
  readonly figure: HTMLElement
  show(samples: readonly Sample[], span: number): void
  redraw(): void
}

export function createLineChart(spec: ChartSpec, readColour: ReadColour): Chart {
  const { format, lines } = spec
  let samples: readonly Sample[] = []
  let pointed: number | null = null
  const frame = createChartFrame({
    ...spec,
    labels: lines.map(({ colour, isDashed, label }) => ({
      text: label,
      colour: `line-${colour}`,
      mark: isDashed ? 'dash' : 'line',
    })),
    onStep: (by) => plot.step(by),
  })
  const plot = createPlot({
    place: frame.place,
    readColour,
    lines: lines.map((line) => ({ ...line, colour: `line-${line.colour}`, kind: 'line' })),
    scale: spec.scale,
    top: { atLeast: spec.atLeast, isFixed: spec.isFixed === true },
    formatTick: (value) => withoutZeros(format(value)),
    ...(spec.band !== undefined && { band: spec.band }),
    onCursor(index) {
      pointed = index
      tell()
    },
  })

  function tell(): void {
    const sample = pointed === null ? samples.at(-1) : samples[pointed]
    const values = lines.map(({ value }) => format(sample === undefined ? null : value(sample)))
    frame.tell(values, pointed === null || sample === undefined ? '' : formatClock(sample.at * 1000))
  }

  return {
    figure: frame.figure,
    show(newSamples, span) {
      samples = newSamples
      const end = samples.at(-1)?.at ?? 0
      const columns = lines.map(({ value }) => samples.map(value))
      plot.show(
        samples.map(({ at }) => at),
        columns,
        [end - span, end],
      )
      const isEmpty = columns.every((column) => column.every((value) => value === null))
      frame.setEmpty(isEmpty ? 'Nothing yet: no request in this time.' : undefined)
      tell()
    },
    redraw: () => plot.redraw(),
  }
}
