import { makeWordPieceTokenizer, SPECIAL_TOKENS } from '../../../models/make/make-wordpiece.js'
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
  const pieces = new Set<string>(SPECIAL_TOKENS)
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

/** `tokenizer.json` of an uncased BERT with these pieces, the special tokens first. */
export function bertTokenizerJson(vocabulary: readonly string[]): object {
  return makeWordPieceTokenizer(vocabulary.slice(SPECIAL_TOKENS.length), { maxTokens: 512 }).tokenizer
}
