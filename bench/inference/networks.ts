import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeBert } from '../../models/make/make-bert.js'
import { makeWeightedMean } from '../../models/make/make-weighted-mean.js'
import { makeWordPieceTokenizer, SPECIAL_TOKENS } from '../../models/make/make-wordpiece.js'
import type { EmbedderSetup } from '../../src/inference/contract.js'
import { makeVocabulary } from './prompts.js'

export const NETWORK_NAMES = ['bundled fp32', 'bundled int8', 'minilm fp32', 'minilm int8'] as const
export type NetworkName = (typeof NETWORK_NAMES)[number]

const MAX_TOKENS = 256
const SEED = 7
const CACHE = join(tmpdir(), 'llmrouter-bench-models')

interface Network {
  readonly vocabularySize: number
  readonly setup: Pick<EmbedderSetup, 'dimension' | 'pooling' | 'normalise' | 'output'>
  makeGraph(precision: 'fp32' | 'int8'): Uint8Array
}

const BUNDLED: Network = {
  vocabularySize: 8000,
  setup: { dimension: 256, pooling: 'none', normalise: false, output: 'sentence_embedding' },
  makeGraph: (precision) => makeWeightedMean({ vocabularySize: 8000, dimension: 256, seed: SEED, precision }),
}

const MINILM: Network = {
  vocabularySize: 30_522,
  setup: { dimension: 384, pooling: 'mean', normalise: true, output: 'last_hidden_state' },
  makeGraph: (precision) =>
    makeBert({
      vocabularySize: 30_522,
      hiddenSize: 384,
      layers: 6,
      heads: 12,
      intermediateSize: 1536,
      maxPositions: 512,
      seed: SEED,
      precision,
    }),
}

/** Its files, which are made at the first call and kept for the next run. */
export function makeNetwork(name: NetworkName): EmbedderSetup {
  const network = name.startsWith('bundled') ? BUNDLED : MINILM
  const folder = join(CACHE, `${name.replace(' ', '-')}-${makersDigest()}`)
  if (!existsSync(folder)) writeNetwork(network, name.endsWith('int8') ? 'int8' : 'fp32', folder)
  return {
    ...network.setup,
    onnxFile: join(folder, 'model.onnx'),
    tokenizerFile: join(folder, 'tokenizer.json'),
    tokenizerConfigFile: join(folder, 'tokenizer_config.json'),
    maxTokens: MAX_TOKENS,
    prefix: '',
    longText: 'head',
  }
}

function writeNetwork(network: Network, precision: 'fp32' | 'int8', folder: string): void {
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  const vocabulary = makeVocabulary(network.vocabularySize - SPECIAL_TOKENS.length)
  const { tokenizer, config } = makeWordPieceTokenizer(vocabulary, { maxTokens: MAX_TOKENS })
  writeFileSync(join(unfinished, 'model.onnx'), network.makeGraph(precision))
  writeFileSync(join(unfinished, 'tokenizer.json'), JSON.stringify(tokenizer))
  writeFileSync(join(unfinished, 'tokenizer_config.json'), JSON.stringify(config))
  // Another bench may have been faster; a folder that is there is whole.
  if (existsSync(folder)) rmSync(unfinished, { recursive: true })
  else renameSync(unfinished, folder)
}

/** Networks of other makers are other networks. */
function makersDigest(): string {
  const makers = fileURLToPath(new URL('../../models/make/', import.meta.url))
  const own = ['networks.js', 'prompts.js'].map((name) => fileURLToPath(new URL(name, import.meta.url)))
  const files = [...readdirSync(makers).map((name) => join(makers, name)), ...own].filter((file) =>
    file.endsWith('.js'),
  )
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}
