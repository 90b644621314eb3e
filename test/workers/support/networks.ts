import { type ConstantDescription, encodeGraph, type GraphDescription, type NodeDescription } from './onnx-graph.js'
import { createRandom } from './random.js'

export type Precision = 'fp32' | 'int8 weights' | 'dynamic int8'

export interface NetworkShape {
  readonly vocabularySize: number
  readonly dimension: number
  readonly precision: Precision
}

/**
 * A network in which every token sees every other that the mask lets it see: state = tanh((x + mean of x) · W). Inputs
 * and output are BERT's.
 */
export function contextNetwork(shape: NetworkShape, change: Partial<GraphDescription> = {}): Uint8Array {
  const { vocabularySize, dimension, precision } = shape
  const random = createRandom(5)
  const floats = (count: number) => Float32Array.from({ length: count }, () => 2 * random.next() - 1)
  const table = float('table', [vocabularySize, dimension], floats(vocabularySize * dimension))
  const weights = floats(dimension * dimension)
  const { nodes, constants } = PROJECTIONS[precision](weights, dimension)
  return encodeGraph({
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({
      name,
      type: 'int64',
      shape: ['batch', 'tokens'],
    })),
    outputs: [{ name: 'last_hidden_state', type: 'float32', shape: ['batch', 'tokens', dimension] }],
    constants: [
      table,
      float('types', [2, dimension], floats(2 * dimension)),
      { name: 'one', type: 'int64', shape: [1], values: BigInt64Array.of(1n) },
      { name: 'two', type: 'int64', shape: [1], values: BigInt64Array.of(2n) },
      ...constants,
    ],
    nodes: [
      node('Gather', ['table', 'input_ids'], 'words'),
      node('Gather', ['types', 'token_type_ids'], 'segments'),
      node('Add', ['words', 'segments'], 'x'),
      { op: 'Cast', inputs: ['attention_mask'], outputs: ['flat'], attributes: { to: 1 } },
      node('Unsqueeze', ['flat', 'two'], 'mask'),
      node('Mul', ['x', 'mask'], 'seen'),
      node('ReduceSum', ['seen', 'one'], 'sum'),
      node('ReduceSum', ['mask', 'one'], 'count'),
      node('Div', ['sum', 'count'], 'context'),
      node('Add', ['x', 'context'], 'mixed'),
      ...nodes,
      node('Tanh', ['projected'], 'last_hidden_state'),
    ],
    ...change,
  })
}

interface Projection {
  readonly nodes: readonly NodeDescription[]
  readonly constants: readonly ConstantDescription[]
}

/** From `mixed` to `projected`. */
const PROJECTIONS: Record<Precision, (weights: Float32Array, dimension: number) => Projection> = {
  fp32: (weights, dimension) => ({
    nodes: [node('MatMul', ['mixed', 'W'], 'projected')],
    constants: [float('W', [dimension, dimension], weights)],
  }),
  'int8 weights': (weights, dimension) => ({
    nodes: [node('DequantizeLinear', ['W8', 'scale'], 'W'), node('MatMul', ['mixed', 'W'], 'projected')],
    constants: quantised(weights, dimension),
  }),
  'dynamic int8': (weights, dimension) => ({
    nodes: [
      { op: 'DynamicQuantizeLinear', inputs: ['mixed'], outputs: ['mixed8', 'mixedScale', 'mixedZero'] },
      node('MatMulInteger', ['mixed8', 'W8', 'mixedZero'], 'product'),
      { op: 'Cast', inputs: ['product'], outputs: ['floats'], attributes: { to: 1 } },
      node('Mul', ['mixedScale', 'scale'], 'bothScales'),
      node('Mul', ['floats', 'bothScales'], 'projected'),
    ],
    constants: quantised(weights, dimension),
  }),
}

function quantised(weights: Float32Array, dimension: number): ConstantDescription[] {
  const values = Int8Array.from(weights, (weight) => Math.round(weight * 127))
  return [
    { name: 'W8', type: 'int8', shape: [dimension, dimension], values },
    float('scale', [], Float32Array.of(1 / 127)),
  ]
}

/** Sigmoid of the sum of the features: probability `[batch, 1]`. */
export function sumNetwork(features: number, change: Partial<GraphDescription> = {}): Uint8Array {
  return encodeGraph({
    inputs: [{ name: 'features', type: 'float32', shape: ['batch', features] }],
    outputs: [{ name: 'probability', type: 'float32', shape: ['batch', 1] }],
    constants: [float('W', [features, 1], new Float32Array(features).fill(1))],
    nodes: [node('MatMul', ['features', 'W'], 'sum'), node('Sigmoid', ['sum'], 'probability')],
    ...change,
  })
}

/** Sigmoid of an eighth of: two features, and every word's count × bucket / `buckets`. Probability `[batch, 1]`. */
export function wordSumNetwork(buckets: number): Uint8Array {
  const values = Float32Array.from({ length: buckets }, (_, bucket) => bucket / buckets)
  return encodeGraph({
    inputs: [
      { name: 'features', type: 'float32', shape: ['batch', 2] },
      { name: 'word_buckets', type: 'int64', shape: ['batch', 'words'] },
      { name: 'word_counts', type: 'float32', shape: ['batch', 'words'] },
    ],
    outputs: [{ name: 'probability', type: 'float32', shape: ['batch', 1] }],
    constants: [
      float('values', [buckets], values),
      float('W', [2, 1], Float32Array.of(1, 1)),
      float('eighth', [], Float32Array.of(1 / 8)),
      { name: 'one', type: 'int64', shape: [1], values: BigInt64Array.of(1n) },
    ],
    nodes: [
      node('MatMul', ['features', 'W'], 'featureSum'),
      node('Gather', ['values', 'word_buckets'], 'found'),
      node('Mul', ['found', 'word_counts'], 'counted'),
      node('ReduceSum', ['counted', 'one'], 'wordSum'),
      node('Add', ['featureSum', 'wordSum'], 'sum'),
      node('Mul', ['sum', 'eighth'], 'small'),
      node('Sigmoid', ['small'], 'probability'),
    ],
  })
}

function float(name: string, shape: readonly number[], values: Float32Array): ConstantDescription {
  return { name, type: 'float32', shape, values }
}

function node(op: string, inputs: readonly string[], output: string): NodeDescription {
  return { op, inputs, outputs: [output] }
}
