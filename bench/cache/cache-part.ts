import type { NamedPart, PartContext } from '../parts/part.js'

/** One thing to measure, selected by its name. */
export interface CachePart extends NamedPart {
  run(context: CachePartContext): Promise<void>
}

export interface CachePartContext extends PartContext {
  /** Real ones, all different. */
  readonly prompts: readonly string[]
  /** Where they come from; undefined: the repository's own. */
  readonly promptsFile: string | undefined
  /** Most entries of an index or a store. */
  readonly mostEntries: number
}
