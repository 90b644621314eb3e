import type { FigureBook } from '../inference/figures.js'

/** One thing to measure, selected by its name. */
export interface CachePart {
  readonly name: string
  /** A line for `--help` and above the tables. */
  readonly about: string
  run(context: CachePartContext): Promise<void>
}

export interface CachePartContext {
  readonly rounds: number
  /** Short runs: a smoke test, not figures to quote. */
  readonly quick: boolean
  readonly figures: FigureBook
  /** For logs, configurations and data; removed at the end. */
  readonly workDir: string
  /** Real ones, all different. */
  readonly prompts: readonly string[]
  /** Where they come from; undefined: the repository's own. */
  readonly promptsFile: string | undefined
  /** Most entries of an index or a store. */
  readonly mostEntries: number
}
