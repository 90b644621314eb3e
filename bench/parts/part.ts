import type { FigureBook } from './figures.js'

export interface NamedPart {
  readonly name: string
  /** A line for `--help` and above the tables. */
  readonly about: string
}

/** One thing to measure, selected by its name. */
export interface BenchPart extends NamedPart {
  run(context: PartContext): Promise<void>
}

export interface PartContext {
  readonly rounds: number
  /** Short runs: a smoke test, not figures to quote. */
  readonly quick: boolean
  /** For logs and configurations; removed at the end. */
  readonly workDir: string
  readonly figures: FigureBook
}
