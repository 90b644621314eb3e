import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { makeBert } from '../../models/make/make-bert.js'
import { makeLogistic } from '../../models/make/make-logistic.js'
import { makeWeightedMean } from '../../models/make/make-weighted-mean.js'
import { createRandomWeights } from '../../models/make/random-weights.js'
import { makeTinyBert } from '../../models/make/tiny-bert.js'

const FIXTURE = fileURLToPath(new URL('../fixtures/models/tiny-bert', import.meta.url))

const ids = (rows: readonly (readonly number[])[]): Tensor =>
  new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]?.length ?? 0])

async function run(graph: Uint8Array, feeds: Record<string, Tensor>, output: string): Promise<Float32Array> {
  const session = await InferenceSession.create(graph)
  const { [output]: tensor } = await session.run(feeds)
  if (!(tensor?.data instanceof Float32Array)) throw new Error(`no floats in ${output}`)
  return tensor.data
}

describe('weighted mean', () => {
  const shape = { vocabularySize: 50, dimension: 8, seed: 7 }
  const feeds = { input_ids: ids([[3, 9, 9, 41, 0, 0]]), attention_mask: ids([[1, 1, 1, 1, 0, 0]]) }

  /** The same in plain arithmetic, from the same random numbers. */
  function expected(): readonly number[] {
    const random = createRandomWeights(7)
    const table = random.normal(50 * 8, 1)
    const scores = random.normal(50, 1)
    const sum = new Array<number>(8).fill(0)
    for (const token of [3, 9, 9, 41]) {
      const weight = Math.exp(Math.min(6, Math.max(-6, scores[token] ?? 0)))
      for (let column = 0; column < 8; column += 1)
        sum[column] = (sum[column] ?? 0) + weight * (table[token * 8 + column] ?? 0)
    }
    const length = Math.hypot(...sum)
    return sum.map((value) => value / length)
  }

  test.each([
    ['fp32', 6],
    ['int8', 2],
  ] as const)('%s gives the unit vector that arithmetic gives', async (precision, digits) => {
    const vector = await run(makeWeightedMean({ ...shape, precision }), feeds, 'sentence_embedding')
    expect(vector).toHaveLength(8)
    for (const [column, value] of expected().entries()) expect(vector[column]).toBeCloseTo(value, digits)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
  })
})

test('a logistic regression gives the probability that arithmetic gives', async () => {
  const graph = makeLogistic({ input: 'features', output: 'probability', weights: [2, -1], bias: 0.5 })
  const rows = new Tensor('float32', Float32Array.of(1, 3, 0, 0), [2, 2])
  const probabilities = await run(graph, { features: rows }, 'probability')
  expect(probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(0.5)), 6)
  expect(probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 6)
})

describe('BERT', () => {
  const shape = {
    ...{ vocabularySize: 60, hiddenSize: 16, layers: 2, heads: 2, intermediateSize: 32, maxPositions: 16, seed: 3 },
  }
  const feeds = (rows: readonly (readonly number[])[], mask: readonly (readonly number[])[]) => ({
    input_ids: ids(rows),
    attention_mask: ids(mask),
    token_type_ids: ids(rows.map((row) => row.map(() => 0))),
  })

  test('pays no attention to padding', async () => {
    const graph = makeBert({ ...shape, precision: 'fp32' })
    const alone = await run(graph, feeds([[2, 7, 8, 3]], [[1, 1, 1, 1]]), 'last_hidden_state')
    const padded = await run(graph, feeds([[2, 7, 8, 3, 55, 9]], [[1, 1, 1, 1, 0, 0]]), 'last_hidden_state')
    for (const [index, value] of alone.entries()) expect(padded[index]).toBeCloseTo(value, 5)
  })

  test('knows the order of words', async () => {
    const graph = makeBert({ ...shape, precision: 'fp32' })
    const one = await run(graph, feeds([[2, 7, 8, 3]], [[1, 1, 1, 1]]), 'last_hidden_state')
    const other = await run(graph, feeds([[2, 8, 7, 3]], [[1, 1, 1, 1]]), 'last_hidden_state')
    expect(Math.max(...one.map((value, index) => Math.abs(value - (other[index] ?? 0))))).toBeGreaterThan(0.1)
  })

  test('is nearly the same with 8-bit weights', async () => {
    const input = feeds([[2, 7, 8, 3]], [[1, 1, 1, 1]])
    const exact = await run(makeBert({ ...shape, precision: 'fp32' }), input, 'last_hidden_state')
    const rough = await run(makeBert({ ...shape, precision: 'int8' }), input, 'last_hidden_state')
    for (const [index, value] of exact.entries())
      expect(Math.abs((rough[index] ?? Number.NaN) - value)).toBeLessThan(0.05)
  })

  test('the one kept with the tests is what the maker makes', () => {
    const { graph, tokenizer, config } = makeTinyBert()
    expect(Buffer.compare(readFileSync(join(FIXTURE, 'onnx/model.onnx')), graph)).toBe(0)
    const read = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURE, name), 'utf8'))
    expect(read('tokenizer.json')).toEqual(tokenizer.tokenizer)
    expect(read('tokenizer_config.json')).toEqual(tokenizer.config)
    expect(read('config.json')).toEqual(config)
  })
})
