import { join } from 'node:path'
import { env, pipeline } from '@xenova/transformers'
import { Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import type { EmbedderSetup } from '../../src/inference/contract.js'
import { packageRoot } from '../../src/package-root.js'
import { loadEmbedder } from '../../workers/embedder.js'
import { openGate } from './support/model-folder.js'
import { createRandom } from './support/random.js'
import { variedTexts } from './support/varied-texts.js'

const models = join(packageRoot(), 'test/fixtures/models')

const TINY_BERT: EmbedderSetup = {
  onnxFile: join(models, 'tiny-bert/onnx/model.onnx'),
  tokenizerFile: join(models, 'tiny-bert/tokenizer.json'),
  tokenizerConfigFile: join(models, 'tiny-bert/tokenizer_config.json'),
  dimension: 32,
  maxTokens: 128,
  pooling: 'mean',
  normalise: true,
  output: 'last_hidden_state',
  prefix: '',
  longText: 'head',
}

function loadOracle() {
  // It was written for an older runtime and copies a tensor's own properties only: `data` and `location` have become
  // getters since, over what the constructor keeps in `cpuData`.
  Object.defineProperty(Tensor.prototype, 'cpuData', {
    get(this: Tensor) {
      return this.data
    },
    set(this: Tensor, data: unknown) {
      Object.defineProperty(this, 'data', { value: data, enumerable: true, writable: true })
      Object.defineProperty(this, 'location', { value: 'cpu', enumerable: true, writable: true })
    },
  })
  env.allowRemoteModels = false
  env.localModelPath = models
  return pipeline('feature-extraction', 'tiny-bert', { quantized: false })
}

test('sentence vectors are those of the feature-extraction pipeline of @xenova/transformers', async () => {
  const oracle = await loadOracle()
  const embedder = await loadEmbedder(TINY_BERT, openGate)
  const random = createRandom(9)
  // Two things it does otherwise: it leaves the marks of other scripts, and takes `[SEP]` in a text for the token.
  const texts = variedTexts(2000)
    .filter((text) => !/(?![\u0300-\u036f])\p{Mn}/u.test(text.normalize('NFD')))
    .filter((text) => !/\[(?:PAD|UNK|CLS|SEP|MASK)\]/.test(text))
  for (let round = 0; round < 20; round++) {
    const drawn = Array.from({ length: 10 }, () => random.pick(texts))
    const { tokenCounts } = await embedder.embed(drawn)
    // It cuts long texts in a way of its own.
    const batch = drawn.filter((_, row) => (tokenCounts[row] ?? 0) <= TINY_BERT.maxTokens)
    const { vectors } = await embedder.embed(batch)
    const wanted = (await oracle(batch, { pooling: 'mean', normalize: true })).data
    expect(wanted).toHaveLength(vectors.length)
    const distances = Array.from(vectors, (value, index) => Math.abs(value - Number(wanted[index])))
    expect(Math.max(...distances)).toBeLessThanOrEqual(1e-5)
  }
})
