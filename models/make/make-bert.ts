import { GraphBuilder } from './graph-builder.js'
import { quantise } from './quantise.js'
import { createRandomWeights, type RandomWeights } from './random-weights.js'

export interface BertShape {
  readonly vocabularySize: number
  readonly hiddenSize: number
  readonly layers: number
  readonly heads: number
  readonly intermediateSize: number
  /** Most tokens of a text. */
  readonly maxPositions: number
  readonly seed: number
  /** `int8`: weights are 8-bit per column, activations are quantised while running (dynamic quantisation). */
  readonly precision: 'fp32' | 'int8'
}

const WEIGHT_DEVIATION = 0.02
const LAYER_NORM_EPSILON = 1e-12
/** Added to the scores of padding: exp of it is 0. */
const MASKED = -1e9

/**
 * A BERT encoder (Devlin et al. 2019, https://arxiv.org/abs/1810.04805) with random weights.
 *
 * `input_ids`, `attention_mask`, `token_type_ids` int64 `[batch, tokens]` → `last_hidden_state` float32
 * `[batch, tokens, hiddenSize]`.
 */
export function makeBert(shape: BertShape): Uint8Array {
  const { hiddenSize, layers } = shape
  const network = new BertGraph(shape)
  const { graph } = network
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens'])
  const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens'])
  const types = graph.input('token_type_ids', 'int64', ['batch', 'tokens'])

  const bias = network.maskBias(mask)
  let states = network.embed(ids, types)
  for (let layer = 0; layer < layers; layer += 1) {
    states = network.addAndNorm(states, network.attention(states, bias))
    states = network.addAndNorm(states, network.feedForward(states))
  }
  graph.node('Identity', [states], { output: 'last_hidden_state' })
  graph.output('last_hidden_state', 'float32', ['batch', 'tokens', hiddenSize])
  return graph.build('bert')
}

class BertGraph {
  readonly graph = new GraphBuilder()
  readonly #shape: BertShape
  readonly #random: RandomWeights

  constructor(shape: BertShape) {
    this.#shape = shape
    this.#random = createRandomWeights(shape.seed)
  }

  embed(ids: string, types: string): string {
    const { graph } = this
    const { vocabularySize, maxPositions, hiddenSize } = this.#shape
    const words = graph.node('Gather', [this.#table(vocabularySize), ids])
    const segments = graph.node('Gather', [this.#table(2), types])
    const tokens = graph.node('Slice', [graph.node('Shape', [ids]), graph.integers(1), graph.integers(2)])
    const positions = graph.node('Slice', [this.#table(maxPositions), graph.integers(0), tokens, graph.integers(0)])
    const sum = graph.node('Add', [graph.node('Add', [words, segments]), positions])
    return this.#norm(sum, hiddenSize)
  }

  /** `[batch, 1, 1, tokens]`: nothing for tokens, minus a lot for padding. */
  maskBias(mask: string): string {
    const { graph } = this
    const present = graph.node('Cast', [mask], { attributes: { to: 1 } })
    const absent = graph.node('Sub', [graph.scalar(1), present])
    return graph.node('Unsqueeze', [graph.node('Mul', [absent, graph.scalar(MASKED)]), graph.integers(1, 2)])
  }

  attention(states: string, bias: string): string {
    const { graph } = this
    const { hiddenSize, heads } = this.#shape
    const query = this.#splitHeads(this.#dense(states, hiddenSize, hiddenSize), [0, 2, 1, 3])
    const key = this.#splitHeads(this.#dense(states, hiddenSize, hiddenSize), [0, 2, 3, 1])
    const value = this.#splitHeads(this.#dense(states, hiddenSize, hiddenSize), [0, 2, 1, 3])
    const scale = graph.scalar(1 / Math.sqrt(hiddenSize / heads))
    const scores = graph.node('Add', [graph.node('Mul', [graph.node('MatMul', [query, key]), scale]), bias])
    const attended = graph.node('MatMul', [graph.node('Softmax', [scores], { attributes: { axis: -1 } }), value])
    const joined = graph.node('Transpose', [attended], { attributes: { perm: [0, 2, 1, 3] } })
    const flat = graph.node('Reshape', [joined, graph.integers(0, 0, hiddenSize)])
    return this.#dense(flat, hiddenSize, hiddenSize)
  }

  feedForward(states: string): string {
    const { hiddenSize, intermediateSize } = this.#shape
    const wide = this.#gelu(this.#dense(states, hiddenSize, intermediateSize))
    return this.#dense(wide, intermediateSize, hiddenSize)
  }

  addAndNorm(states: string, change: string): string {
    return this.#norm(this.graph.node('Add', [states, change]), this.#shape.hiddenSize)
  }

  #splitHeads(states: string, perm: readonly number[]): string {
    const { heads, hiddenSize } = this.#shape
    const split = this.graph.node('Reshape', [states, this.graph.integers(0, 0, heads, hiddenSize / heads)])
    return this.graph.node('Transpose', [split], { attributes: { perm } })
  }

  /** x·W + b */
  #dense(states: string, from: number, to: number): string {
    const { graph } = this
    const weights = this.#random.normal(from * to, WEIGHT_DEVIATION)
    const product =
      this.#shape.precision === 'fp32'
        ? graph.node('MatMul', [states, graph.constant(weights, [from, to])])
        : this.#quantisedProduct(states, weights, from, to)
    return graph.node('Add', [product, graph.constant(this.#random.normal(to, WEIGHT_DEVIATION), [to])])
  }

  #quantisedProduct(states: string, weights: Float32Array, from: number, to: number): string {
    const { graph } = this
    const { values, scales } = quantise(weights, to, 'column')
    const [rounded, scale, zero] = graph.node3('DynamicQuantizeLinear', [states])
    const whole = graph.node('MatMulInteger', [rounded, graph.constant(values, [from, to]), zero])
    const bothScales = graph.node('Mul', [scale, graph.constant(scales, [to])])
    return graph.node('Mul', [graph.node('Cast', [whole], { attributes: { to: 1 } }), bothScales])
  }

  /** x·½·(1 + erf(x/√2)): Hendrycks & Gimpel 2016, https://arxiv.org/abs/1606.08415 */
  #gelu(states: string): string {
    const { graph } = this
    const erf = graph.node('Erf', [graph.node('Div', [states, graph.scalar(Math.SQRT2)])])
    const gate = graph.node('Add', [erf, graph.scalar(1)])
    return graph.node('Mul', [graph.node('Mul', [states, gate]), graph.scalar(0.5)])
  }

  #norm(states: string, size: number): string {
    const gain = this.graph.constant(new Float32Array(size).fill(1), [size])
    const shift = this.graph.constant(new Float32Array(size), [size])
    const attributes = { axis: -1, epsilon: { float: LAYER_NORM_EPSILON } }
    return this.graph.node('LayerNormalization', [states, gain, shift], { attributes })
  }

  #table(rows: number): string {
    const { hiddenSize } = this.#shape
    return this.graph.constant(this.#random.normal(rows * hiddenSize, 1), [rows, hiddenSize])
  }
}
