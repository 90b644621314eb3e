import { afterAll, describe, expect, test } from 'vitest'
import type { ScorerSetup } from '../../src/inference/contract.js'
import { loadScorer } from '../../workers/scorer.js'
import { createModelFolder, openGate } from './support/model-folder.js'
import { sumNetwork } from './support/networks.js'

const folder = createModelFolder()
afterAll(() => folder.remove())

const SETUP: ScorerSetup = {
  onnxFile: folder.write('sum.onnx', sumNetwork(2)),
  input: 'features',
  output: 'probability',
  features: ['b', 'a'],
}

const load = (change: Partial<ScorerSetup> = {}) =>
  loadScorer({ ...SETUP, ...change }, { field: 'classifier', known: ['a', 'b', 'c'] }, openGate)

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

describe('a scorer', () => {
  test('gives each row its probability, from the features it names', async () => {
    const scorer = await load()
    const [first, second] = await scorer.score([
      { a: 1, b: 0.5, c: 100 },
      { a: -2, b: 0, c: 100 },
    ])
    expect(first).toBeCloseTo(sigmoid(1.5), 6)
    expect(second).toBeCloseTo(sigmoid(-2), 6)
  })

  test('puts the features into the columns in the order of their names', async () => {
    const weights = Float32Array.of(1, 10)
    const constants = [{ name: 'W', type: 'float32', shape: [2, 1], values: weights } as const]
    const scorer = await load({ onnxFile: folder.write('order.onnx', sumNetwork(2, { constants })) })
    const [probability] = await scorer.score([{ a: 0.1, b: -0.5 }])
    expect(probability).toBeCloseTo(sigmoid(0.5), 6)
  })

  test('gives nothing for no rows', async () => {
    expect(await (await load()).score([])).toEqual([])
  })

  test('fails rather than give what is not a number', async () => {
    await expect((await load()).score([{ a: Number.NaN, b: 1 }])).rejects.toThrow('"probability" is not a number')
  })
})

describe('a scorer that cannot be loaded says why', () => {
  test.each<[string, Partial<ScorerSetup>, RegExp]>([
    ['a missing file', { onnxFile: '/nowhere/c.onnx' }, /^classifier\.onnxFile \(\/nowhere\/c\.onnx\): cannot be read/],
    ['an input that is not there', { input: 'x' }, /classifier\.input .* no tensor "x", only features/],
    ['an output that is not there', { output: 'y' }, /classifier\.output .* no tensor "y", only probability/],
    ['an unknown feature', { features: ['a', 'zeal'] }, /classifier\.features .* unknown: zeal; known are a, b, c/],
    ['too many features', { features: ['a', 'b', 'c'] }, /classifier\.features .* reads 2 features, 3 are named/],
  ])('%s', async (_, change, message) => {
    await expect(load(change)).rejects.toThrow(message)
  })

  test('a graph that gives more than one number a row', async () => {
    const constants = [{ name: 'W', type: 'float32', shape: [2, 3], values: new Float32Array(6) } as const]
    const outputs = [{ name: 'probability', type: 'float32', shape: ['batch', 3] } as const]
    const onnxFile = folder.write('three.onnx', sumNetwork(2, { constants, outputs }))
    await expect(load({ onnxFile })).rejects.toThrow(/classifier\.features .* is not one float for each row/)
  })
})
