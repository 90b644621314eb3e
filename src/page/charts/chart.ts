import uPlot from 'uplot'
import { formatClock } from '../format/times.js'
import type { ReadColour } from './colours.js'

export interface PlotLine {
  readonly label: string
  /** A name of styles/tokens.css. */
  readonly colour: string
  readonly kind: 'line' | 'steps' | 'dots'
  readonly isDashed?: boolean
  readonly isFilled?: boolean
}

export interface PlotOptions {
  /** Grows and shrinks the plot with it. */
  readonly place: HTMLElement
  readonly lines: readonly PlotLine[]
  readonly scale: 'linear' | 'log'
  /** The lowest upper end of the axis, and whether it may grow beyond. */
  readonly top: { readonly atLeast: number; readonly isFixed: boolean }
  readonly formatTick: (value: number) => string
  readonly readColour: ReadColour
  readonly band?: readonly [upper: number, lower: number]
  /** Where the pointer is; null: nowhere. */
  readonly onCursor: (index: number | null) => void
}

export interface Plot {
  /** Seconds since the epoch, and a column of values for each line. */
  show(
    times: readonly number[],
    columns: readonly (readonly (number | null)[])[],
    range: readonly [number, number],
  ): void
  redraw(): void
  /** The pointer goes a step to either side, for keyboards. */
  step(by: number): void
}

const HEIGHT = 168
const LOWEST_LOG = 0.01
/** All charts show the same moment under the pointer. */
const sync = uPlot.sync('llmrouter')

/** The only door to the chart library. */
export function createPlot(options: PlotOptions): Plot {
  const { lines, place, readColour } = options
  let range: readonly [number, number] = [0, 1]
  const plot = new uPlot(
    {
      width: Math.max(200, place.clientWidth),
      height: HEIGHT,
      padding: [10, 10, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: sync.key }, y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: true, range: () => [...range] as [number, number] }, y: scaleOf(options) },
      axes: [timeAxis(readColour), valueAxis(options)],
      series: [{}, ...lines.map((line) => seriesOf(line, readColour))],
      bands: options.band === undefined ? [] : [bandOf(options.band, readColour)],
      hooks: { setCursor: [({ cursor }) => options.onCursor(cursor.idx ?? null)] },
    },
    [[], ...lines.map(() => [])],
    place,
  )
  sync.sub(plot)
  new ResizeObserver(() => plot.setSize({ width: Math.max(200, place.clientWidth), height: HEIGHT })).observe(place)

  return {
    show(times, columns, shown) {
      range = shown
      plot.setData([[...times], ...columns.map((column) => [...column])])
    },
    redraw: () => plot.redraw(false),
    step(by) {
      const [times = []] = plot.data
      const from = plot.cursor.idx ?? (by < 0 ? times.length : -1)
      const time = times[Math.min(times.length - 1, Math.max(0, from + by))]
      if (time !== undefined) plot.setCursor({ left: plot.valToPos(time, 'x'), top: 10 })
    },
  }
}

function scaleOf({ scale, top }: PlotOptions): uPlot.Scale {
  if (scale === 'log') {
    return {
      distr: 3,
      range: (_plot, low, high) => [
        10 ** Math.floor(Math.log10(Math.max(LOWEST_LOG, low ?? 1))),
        10 ** Math.ceil(Math.log10(Math.max(top.atLeast, high ?? 1))),
      ],
    }
  }
  if (top.isFixed) return { range: [0, top.atLeast] }
  return { range: (_plot, _low, high) => [0, Math.max(top.atLeast, (high ?? 0) * 1.1) || 1] }
}

function seriesOf({ colour, isDashed, isFilled, kind }: PlotLine, readColour: ReadColour): uPlot.Series {
  const stroke = (): string => readColour(colour)
  if (kind === 'dots') {
    return {
      stroke,
      paths: () => null,
      points: { show: true, size: 6, width: 1.5, fill: isFilled ? stroke : 'transparent' },
    }
  }
  const stepped = uPlot.paths.stepped?.({ align: 1 })
  return {
    stroke,
    width: 1.75,
    points: { show: false },
    ...(isDashed && { dash: [5, 4] }),
    ...(isFilled && { fill: () => readColour(`${colour}-tint`) }),
    ...(kind === 'steps' && stepped !== undefined && { paths: stepped }),
  }
}

function bandOf([upper, lower]: readonly [number, number], readColour: ReadColour): uPlot.Band {
  return { series: [upper + 1, lower + 1], fill: () => readColour('line-red-tint') }
}

function axisOf(readColour: ReadColour): uPlot.Axis {
  const grid = { stroke: () => readColour('grid'), width: 1 }
  return { stroke: () => readColour('muted'), font: '11px system-ui, sans-serif', grid, ticks: { ...grid, size: 4 } }
}

function timeAxis(readColour: ReadColour): uPlot.Axis {
  return {
    ...axisOf(readColour),
    space: 70,
    size: 28,
    values: (_plot, times) => times.map((time) => formatClock(time * 1000)),
  }
}

function valueAxis({ formatTick, readColour, scale }: PlotOptions): uPlot.Axis {
  return {
    ...axisOf(readColour),
    size: 58,
    space: 32,
    // Where there is no room for all of them it leaves out some, as null.
    values: (_plot, values) => values.map((value: number | null) => (value === null ? '' : formatTick(value))),
    ...(scale === 'log' && {
      splits: (_plot: uPlot, _axis: number, low: number, high: number) => powersOfTen(low, high),
    }),
  }
}

function powersOfTen(low: number, high: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9)
  const last = Math.floor(Math.log10(high) + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at))
}
