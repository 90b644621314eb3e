import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeLogistic } from '../../models/make/make-logistic.js'
import { makeWeightedMean } from '../../models/make/make-weighted-mean.js'
import { makeWordPieceTokenizer, SPECIAL_TOKENS } from '../../models/make/make-wordpiece.js'
import { smallVocabulary } from '../../models/make/small-vocabulary.js'
import { writeEmbedder } from '../../models/make/write-embedder.js'
import type { EmbedderSetup, ScorerSetup } from '../../src/inference/contract.js'

export const TINY_DIMENSION = 32
const MAX_TOKENS = 64

let folder: string | undefined

/** One folder per process, gone at its end. */
function tinyFolder(): string {
  if (folder !== undefined) return folder
  const created = mkdtempSync(join(tmpdir(), 'llmrouter-models-'))
  process.once('exit', () => rmSync(created, { recursive: true, force: true }))
  folder = created
  return created
}

/** A small embedder in the shape of the bundled one: real files, random weights. */
export function tinyEmbedder(): EmbedderSetup {
  const vocabulary = smallVocabulary()
  const directory = join(tinyFolder(), 'embedder')
  const shape = { vocabularySize: vocabulary.length + SPECIAL_TOKENS.length, dimension: TINY_DIMENSION }
  writeEmbedder({
    folder: directory,
    graph: makeWeightedMean({ ...shape, seed: 1, precision: 'fp32' }),
    graphFile: 'model.onnx',
    tokenizer: makeWordPieceTokenizer(vocabulary, { maxTokens: MAX_TOKENS }),
  })
  return {
    onnxFile: join(directory, 'model.onnx'),
    tokenizerFile: join(directory, 'tokenizer.json'),
    tokenizerConfigFile: join(directory, 'tokenizer_config.json'),
    dimension: TINY_DIMENSION,
    maxTokens: MAX_TOKENS,
    pooling: 'none',
    normalise: true,
    output: 'sentence_embedding',
    prefix: '',
    longText: 'head-tail',
  }
}

/** Finds long prompts with code in them hard. */
export function tinyClassifier(): ScorerSetup {
  const features = { logCharacters: 0.5, logCodeMarkers: 1, logQuestionMarks: -0.3 }
  return scorer('classifier', features, -2)
}

/** Trusts the cosine, unless the numbers or a negation differ. */
export function tinyVerifier(): ScorerSetup {
  const features = { cosine: 6, numbersDiffer: -5, negationDiffers: -5 }
  return scorer('verifier', features, -3)
}

function scorer(name: string, features: Readonly<Record<string, number>>, bias: number): ScorerSetup {
  const onnxFile = join(tinyFolder(), `${name}.onnx`)
  const names = { input: 'features', output: 'probability' }
  writeFileSync(onnxFile, makeLogistic({ ...names, weights: Object.values(features), bias }))
  return { onnxFile, ...names, features: Object.keys(features) }
}
