import { StartSample } from './start-sample.js'

/** Rows that may be found together. */
export interface Partition {
  readonly name: string
  /** How many ids it has. */
  size: number
  /** Rows that no graph leads to: searches compare to each. */
  readonly loose: number[]
  graph: PartitionGraph | undefined
}

export interface PartitionGraph {
  readonly tag: number
  readonly starts: StartSample
}

export function createPartition(name: string): Partition {
  return { name, size: 0, loose: [], graph: undefined }
}

export function createGraph(tag: number): PartitionGraph {
  return { tag, starts: new StartSample() }
}
