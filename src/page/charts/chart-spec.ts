import type { Sample } from '../stats/sample.js'

/** Names of colours in styles/tokens.css, without `--line-`. */
export type LineColour = 'blue' | 'violet' | 'orange' | 'teal' | 'green' | 'red' | 'grey'

export interface LineSpec {
  readonly label: string
  readonly colour: LineColour
  readonly value: (sample: Sample) => number | null
  readonly isDashed?: boolean
  /** The area below is tinted. */
  readonly isFilled?: boolean
}

/** A chart over time, as data. */
export interface ChartSpec {
  readonly id: string
  readonly title: string
  /** Behind the title: what is counted, over what. */
  readonly note: string
  readonly lines: readonly LineSpec[]
  readonly format: (value: number | null) => string
  /** `log`: for lines that are powers of ten apart. */
  readonly scale: 'linear' | 'log'
  /** The upper end of the axis is at least this. */
  readonly atLeast: number
  /** And it is never more. */
  readonly isFixed?: boolean
  /** The area between two lines, by their places, is tinted. */
  readonly band?: readonly [upper: number, lower: number]
}
