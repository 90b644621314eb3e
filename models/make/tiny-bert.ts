import { makeBert } from './make-bert.js'
import { makeWordPieceTokenizer, SPECIAL_TOKENS } from './make-wordpiece.js'
import { smallVocabulary } from './small-vocabulary.js'
import { type EmbedderFolder, writeEmbedder } from './write-embedder.js'

/** A BERT small enough to keep with the tests, in the layout that transformers.js loads. */
const TINY_BERT = {
  hiddenSize: 32,
  layers: 2,
  heads: 4,
  intermediateSize: 64,
  maxPositions: 128,
  seed: 1,
} as const

/** Everything but the folder. The same bytes every time. */
export function makeTinyBert(): Omit<EmbedderFolder, 'folder'> {
  const vocabulary = smallVocabulary()
  const vocabularySize = vocabulary.length + SPECIAL_TOKENS.length
  const { hiddenSize, layers, heads, intermediateSize, maxPositions } = TINY_BERT
  return {
    graph: makeBert({ ...TINY_BERT, vocabularySize, precision: 'fp32' }),
    graphFile: 'onnx/model.onnx',
    tokenizer: makeWordPieceTokenizer(vocabulary, { maxTokens: maxPositions }),
    config: {
      ...{ model_type: 'bert', architectures: ['BertModel'], vocab_size: vocabularySize, hidden_size: hiddenSize },
      ...{ num_hidden_layers: layers, num_attention_heads: heads, intermediate_size: intermediateSize },
      ...{ max_position_embeddings: maxPositions, type_vocab_size: 2, hidden_act: 'gelu' },
    },
  }
}

export function writeTinyBert(folder: string): void {
  writeEmbedder({ folder, ...makeTinyBert() })
}
