import { indexLabels, type LabelIndex } from '../../src/calibrate/label-index.js'
import { type LabelledPair, type Labels, readLabels, type StreamPrompt } from '../../src/calibrate/read-labels.js'
import { createRandom, shuffle } from './random.js'
import { readAdjudicated } from './read-adjudicated.js'

/** Labelled prompts, whatever file they come from. */
export interface EvalData {
  readonly prompts: readonly EvalPrompt[]
  readonly strict: Labelling
  /** Null: nothing that was adjudicated speaks of these prompts. */
  readonly adjudicated: Labelling | null
}

export interface EvalPrompt {
  readonly text: string
  /** Prompts of one group have one right answer. */
  readonly group: string
  /** Prompts of one cluster were compared with each other, directly or over others: never in two splits. */
  readonly cluster: number
}

/** Would the answer to the kept prompt have been right? */
export type Labelling = (prompt: string, kept: string) => boolean

export interface EvalDataOptions {
  readonly file: string
  readonly adjudicatedFile: string | undefined
  readonly seed: number
}

/** @throws CalibrationError that names the file, the line and the field */
export async function readEvalData({ adjudicatedFile, file, seed }: EvalDataOptions): Promise<EvalData> {
  const labels = withStream(await readLabels(file), seed)
  const texts = labels.stream.map(({ text }) => text)
  const judged = adjudicatedFile === undefined ? [] : readAdjudicated(adjudicatedFile, texts)
  const strict = indexLabels(labels)
  // What was adjudicated comes last, and ties together what it speaks of.
  const adjudicated = indexLabels({ ...labels, pairs: [...labels.pairs, ...judged] })
  return {
    prompts: labels.stream.map((prompt) => ({ ...prompt, cluster: adjudicated.clusterOf(prompt.text) })),
    strict: strict.isSame,
    adjudicated: judged.length === 0 ? null : adjudicated.isSame,
  }
}

/** Pairs alone name prompts in an order that says nothing; those that were called the same form groups. */
function withStream(labels: Labels, seed: number): Labels {
  if (labels.stream.length > 0) return labels
  const equal = indexLabels({ pairs: labels.pairs.filter(({ same }) => same), doubts: [], stream: [], ties: new Map() })
  const stream = textsOf(labels.pairs).map((text) => ({ text, group: groupOf(text, equal) }))
  return { ...labels, stream: shuffle<StreamPrompt>(stream, createRandom(seed)) }
}

const textsOf = (pairs: readonly LabelledPair[]): readonly string[] => [...new Set(pairs.flatMap(({ a, b }) => [a, b]))]

function groupOf(text: string, equal: LabelIndex): string {
  const cluster = equal.clusterOf(text)
  return cluster === -1 ? `alone ${text}` : String(cluster)
}
