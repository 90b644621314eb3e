import { join } from 'node:path'
import type { EmbedderSetup } from '../../../src/inference/contract.js'

const FOLDER = join('models', 'embedder')

/** The embedder that is shipped, as the gateway loads it. */
export const BUNDLED_EMBEDDER: EmbedderSetup = {
  onnxFile: join(FOLDER, 'model.onnx'),
  tokenizerFile: join(FOLDER, 'tokenizer.json'),
  tokenizerConfigFile: join(FOLDER, 'tokenizer_config.json'),
  dimension: 256,
  maxTokens: 256,
  pooling: 'none',
  normalise: true,
  output: 'sentence_embedding',
  prefix: '',
  longText: 'head-tail',
}
