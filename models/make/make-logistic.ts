import { GraphBuilder } from './graph-builder.js'

export interface LogisticShape {
  /** Names of the graph's input and output. */
  readonly input: string
  readonly output: string
  /** One of every feature. */
  readonly weights: readonly number[]
  readonly bias: number
}

/** Logistic regression: float32 `[batch, features]` → probability `[batch, 1]`. */
export function makeLogistic({ input, output, weights, bias }: LogisticShape): Uint8Array {
  const graph = new GraphBuilder()
  const rows = graph.input(input, 'float32', ['batch', weights.length])
  const product = graph.node('MatMul', [rows, graph.constant(new Float32Array(weights), [weights.length, 1])])
  graph.node('Sigmoid', [graph.node('Add', [product, graph.scalar(bias)])], { output })
  graph.output(output, 'float32', ['batch', 1])
  return graph.build('logistic')
}
