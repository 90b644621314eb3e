import { createRandom } from './random.js'
import { variedTexts } from './varied-texts.js'

/**
 * A vocabulary of some 10,000 pieces for `variedTexts`, in the manner of BERT's: special tokens, characters, words and
 * parts of words. A share of everything is left out, so that some words split oddly and some are unknown.
 */
export function bertVocabulary(): string[] {
  const random = createRandom(7)
  const texts = variedTexts(3000).map((text) =>
    text
      .toLowerCase()
      .normalize('NFD')
      .replace(/\p{Mn}/gu, ''),
  )
  const pieces = new Set(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'])
  for (const character of new Set(texts.join(''))) {
    if (/[\s\p{C}]/u.test(character) || random.below(6) === 0) continue
    pieces.add(character)
    if (random.below(6) !== 0) pieces.add(`##${character}`)
  }
  for (const word of new Set(texts.join(' ').match(/[\p{L}\p{N}]{2,12}/gu))) {
    if (pieces.size > 10_000) break
    if (random.below(2) === 0) pieces.add(word)
    const characters = Array.from(word)
    const cut = 1 + random.below(characters.length)
    pieces.add(characters.slice(0, cut).join(''))
    pieces.add(`##${characters.slice(cut).join('') || 'ing'}`)
  }
  return [...pieces]
}

/** `tokenizer.json` of an uncased BERT with these pieces. */
export function bertTokenizerJson(vocabulary: readonly string[]): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map((content) => ({
      id: vocabulary.indexOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: {},
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])),
    },
  }
}
