import { GraphBuilder } from './graph-builder.js'
import { quantise } from './quantise.js'
import { createRandomWeights } from './random-weights.js'

export interface WeightedMeanShape {
  readonly vocabularySize: number
  readonly dimension: number
  readonly seed: number
  /** `int8`: a table of 8-bit rows, each with its scale. */
  readonly precision: 'fp32' | 'int8'
}

/** Token scores are cut to ± this, so that no token can drown the others. */
const LARGEST_SCORE = 6

/**
 * The shape of the bundled embedder with random weights: every token has a vector v and a score s, and a text is
 * Σ exp(s)·v / Σ exp(s), divided by its length.
 *
 * `input_ids` and `attention_mask` int64 `[batch, tokens]` → `sentence_embedding` float32 `[batch, dimension]`.
 */
export function makeWeightedMean({ vocabularySize, dimension, seed, precision }: WeightedMeanShape): Uint8Array {
  const random = createRandomWeights(seed)
  const table = random.normal(vocabularySize * dimension, 1)
  const scores = random.normal(vocabularySize, 1)
  const graph = new GraphBuilder()
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens'])
  const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens'])

  const vectors =
    precision === 'fp32'
      ? graph.node('Gather', [graph.constant(table, [vocabularySize, dimension]), ids])
      : gatherQuantised(graph, table, dimension, ids)
  const score = graph.node('Gather', [graph.constant(scores, [vocabularySize]), ids])
  const cut = graph.node('Clip', [score, graph.scalar(-LARGEST_SCORE), graph.scalar(LARGEST_SCORE)])
  const present = graph.node('Cast', [mask], { attributes: { to: 1 } })
  const weight = graph.node('Mul', [graph.node('Exp', [cut]), present])
  // The division by Σ exp(s) changes only the length, which the norm takes away again.
  const row = graph.node('Unsqueeze', [weight, graph.integers(1)])
  const sum = graph.node('Squeeze', [graph.node('MatMul', [row, vectors]), graph.integers(1)])
  const length = graph.node('ReduceL2', [sum], { attributes: { axes: [1], keepdims: 1 } })
  const safe = graph.node('Max', [length, graph.scalar(1e-12)])
  graph.node('Div', [sum, safe], { output: 'sentence_embedding' })
  graph.output('sentence_embedding', 'float32', ['batch', dimension])
  return graph.build('weighted-mean')
}

/** Rows of an 8-bit table, as floats: only those that are asked for are ever widened. */
function gatherQuantised(graph: GraphBuilder, table: Float32Array, dimension: number, ids: string): string {
  const { values, scales } = quantise(table, dimension, 'row')
  const rows = scales.length
  const taken = graph.node('Gather', [graph.constant(values, [rows, dimension]), ids])
  const scale = graph.node('Gather', [graph.constant(scales, [rows, 1]), ids])
  return graph.node('Mul', [graph.node('Cast', [taken], { attributes: { to: 1 } }), scale])
}
