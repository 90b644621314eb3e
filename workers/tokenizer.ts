import { readFileSync } from 'node:fs'
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers'
import { ModelLoadError, reasonOf } from './load-error.js'
import { sortMarks } from './sort-marks.js'
import { createWordPieces } from './word-pieces.js'

export interface Tokenizer {
  /** Token ids of a text of any length, special tokens not included. */
  encode(text: string): number[]
  /** Special tokens that go before and after the ids: `[CLS]` and `[SEP]` of BERT. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  /** Ids lie in [0, vocabularySize). */
  readonly vocabularySize: number
}

export interface TokenizerFiles {
  readonly tokenizerFile: string
  readonly tokenizerConfigFile: string | null
}

/** What we use of the library, whose own declarations do not resolve under `NodeNext`. */
interface Library {
  encode(text: string, options?: { add_special_tokens: boolean }): { ids: number[] }
  get_vocab(): Map<string, number>
  normalizer: { strip_accents?: (text: string) => string } | null
  model: {
    tokens_to_ids: Map<string, number>
    unk_token?: string
    max_input_chars_per_word?: number
    config: { continuing_subword_prefix?: string }
    encode: (words: string[]) => string[]
  }
}

/**
 * Reads `tokenizer.json` as Hugging Face writes it. Throws a `ModelLoadError` that names the file.
 *
 * Time grows linearly with the text for BERT's tokenizers, however odd the text; with other kinds it is the library's.
 */
export function loadTokenizer(files: TokenizerFiles): Tokenizer {
  const library = createLibraryTokenizer(files)
  boundTime(library)
  return { ...specialTokens(library), encode: (text) => contentIds(library, text), vocabularySize: countIds(library) }
}

function createLibraryTokenizer({ tokenizerFile, tokenizerConfigFile }: TokenizerFiles): Library {
  const tokenizer = readJson('embedder.tokenizerFile', tokenizerFile)
  const config = tokenizerConfigFile === null ? {} : readJson('embedder.tokenizerConfigFile', tokenizerConfigFile)
  try {
    return new LibraryTokenizer(tokenizer, config)
  } catch (error) {
    throw new ModelLoadError('embedder.tokenizerFile', tokenizerFile, `not a usable tokenizer: ${reasonOf(error)}`)
  }
}

function readJson(field: string, file: string): object {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ModelLoadError(field, file, `cannot be read: ${reasonOf(error)}`)
  }
  if (typeof value !== 'object' || value === null) throw new ModelLoadError(field, file, 'is not a JSON object')
  return value
}

/** Replaces the two steps of the library that take quadratic time by ones that give the same in linear time. */
function boundTime(library: Library): void {
  const { model, normalizer } = library
  const stripAccents = normalizer?.strip_accents?.bind(normalizer)
  if (normalizer && stripAccents) normalizer.strip_accents = (text) => stripAccents(sortMarks(text))
  const { unk_token: unknown, max_input_chars_per_word: maxWordLength } = model
  // Only WordPiece has a longest word.
  if (unknown === undefined || maxWordLength === undefined) return
  const continuingPrefix = model.config.continuing_subword_prefix ?? '##'
  model.encode = createWordPieces({ pieces: model.tokens_to_ids.keys(), continuingPrefix, unknown, maxWordLength })
}

function contentIds(library: Library, text: string): number[] {
  return library.encode(text, { add_special_tokens: false }).ids
}

/** The library does not tell which special tokens go where; what it does to a single letter does. */
function specialTokens(library: Library): Pick<Tokenizer, 'before' | 'after'> {
  const content = contentIds(library, 'a')
  const whole = library.encode('a').ids
  const start = whole.findIndex((_, index) => content.every((id, offset) => whole[index + offset] === id))
  return { before: whole.slice(0, start), after: whole.slice(start + content.length) }
}

function countIds(library: Library): number {
  let highest = -1
  for (const id of library.get_vocab().values()) highest = Math.max(highest, id)
  return highest + 1
}
