import { afterAll, describe, expect, test } from 'vitest'
import { makeBert } from '../../models/make/make-bert.js'
import { makeWeightedMean } from '../../models/make/make-weighted-mean.js'
import type { EmbedderSetup } from '../../src/inference/contract.js'
import { loadEmbedder } from '../../workers/embedder.js'
import { createModelFolder, openGate, vocabulary } from './support/model-folder.js'
import { createRandom } from './support/random.js'
import { variedTexts } from './support/varied-texts.js'

const folder = createModelFolder()
afterAll(() => folder.remove())

const DIMENSION = 64
const vocabularySize = vocabulary.length
const BERT = { layers: 2, heads: 4, hiddenSize: DIMENSION, intermediateSize: 128, maxPositions: 64, seed: 2 }
const MEAN: Partial<EmbedderSetup> = { pooling: 'none', output: 'sentence_embedding' }

const NETWORKS: readonly (readonly [string, Uint8Array, Partial<EmbedderSetup>])[] = [
  ['BERT fp32', makeBert({ ...BERT, vocabularySize, precision: 'fp32' }), {}],
  ['BERT int8', makeBert({ ...BERT, vocabularySize, precision: 'int8' }), {}],
  ['weighted mean fp32', makeWeightedMean({ vocabularySize, dimension: DIMENSION, seed: 2, precision: 'fp32' }), MEAN],
  ['weighted mean int8', makeWeightedMean({ vocabularySize, dimension: DIMENSION, seed: 2, precision: 'int8' }), MEAN],
]

describe.each(NETWORKS)('%s', (name, graph, change) => {
  const onnxFile = folder.write(`${name}.onnx`, graph)
  const setup = folder.embedder('fp32', { dimension: DIMENSION, ...change, onnxFile })

  test('gives a text the same vector alone and in any batch, and never a NaN', async () => {
    const embedder = await loadEmbedder(setup, openGate)
    const random = createRandom(6)
    const texts = variedTexts(400)
    for (const size of [2, 7, 64]) {
      const batch = Array.from({ length: size }, () => random.pick(texts))
      const { vectors } = await embedder.embed(batch)
      for (const [row, text] of batch.entries()) {
        const alone = (await embedder.embed([text])).vectors
        const distances = Array.from(alone, (value, i) =>
          Math.abs(value - (vectors[row * DIMENSION + i] ?? Number.NaN)),
        )
        expect(Math.max(...distances)).toBeLessThanOrEqual(1e-5)
        expect(Math.hypot(...alone)).toBeCloseTo(1, 5)
      }
    }
  })
})
