import { readFileSync } from 'node:fs'
import { isObject } from './core/decode.js'
import type { EmbedderSetup } from './inference/contract.js'
import type { InferencePool } from './inference/inference-pool.js'
import type { LocalEmbedder } from './pipeline/deps.js'

export interface LocalEmbedderOptions {
  /** What clients write. */
  readonly id: string
  readonly setup: EmbedderSetup
  /** Shorter lengths that the model was trained for. */
  readonly dimensions?: readonly number[]
  readonly pool: Pick<InferencePool, 'embed'>
}

/**
 * The pool's embedder as the pipeline sees it. Texts that are too long for the model are refused, whatever the pool
 * could make of them: a vector of a part of a text is for those who ask for it.
 * @throws Error when the tokenizer's file cannot be read
 */
export function buildLocalEmbedder({ dimensions = [], id, pool, setup }: LocalEmbedderOptions): LocalEmbedder {
  return {
    model: {
      id,
      dimension: setup.dimension,
      dimensions,
      maxTokens: setup.maxTokens,
      vocabularySize: readVocabularySize(setup.tokenizerFile),
      longInputs: 'refuse',
    },
    embed: (inputs, options) => pool.embed(inputs, options),
  }
}

/** One more than the highest token id of a `tokenizer.json`. */
function readVocabularySize(file: string): number {
  const tokenizer: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!isObject(tokenizer) || !isObject(tokenizer.model)) throw new Error(`${file} is no tokenizer: it has no 'model'.`)
  const added: readonly unknown[] = Array.isArray(tokenizer.added_tokens) ? tokenizer.added_tokens : []
  const ids = [...idsOf(tokenizer.model.vocab), ...added.map((token) => (isObject(token) ? token.id : undefined))]
  return ids.reduce<number>((size, id) => (typeof id === 'number' && id >= size ? id + 1 : size), 0)
}

/** WordPiece and BPE map words to ids; Unigram lists its words in the order of their ids. */
function idsOf(vocabulary: unknown): readonly unknown[] {
  if (Array.isArray(vocabulary)) return vocabulary.map((_, id) => id)
  return isObject(vocabulary) ? Object.values(vocabulary) : []
}
