import { readFileSync } from 'node:fs'
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers'
import { ModelLoadError, reasonOf } from './load-error.js'
import { sortMarks } from './sort-marks.js'
import { createWordPieces } from './word-pieces.js'

export interface Tokenizer {
  /** Token ids of a text of any length, none of them special: what reads `[SEP]` in a prompt is text like the rest. */
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
  encode(text: string, options?: { add_special_tokens: boolean }): { ids: number[]; tokens: string[] }
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
export function loadTokenizer({ tokenizerFile, tokenizerConfigFile }: TokenizerFiles): Tokenizer {
  const json = readJson('embedder.tokenizerFile', tokenizerFile)
  const config = tokenizerConfigFile === null ? {} : readJson('embedder.tokenizerConfigFile', tokenizerConfigFile)
  try {
    return createTokenizer(json, config)
  } catch (error) {
    throw new ModelLoadError('embedder.tokenizerFile', tokenizerFile, `not a usable tokenizer: ${reasonOf(error)}`)
  }
}

interface AddedToken {
  readonly content: string
  readonly id: number
  readonly special: boolean
}

function createTokenizer(json: Partial<Record<'added_tokens', readonly AddedToken[]>>, config: object): Tokenizer {
  const added = json.added_tokens ?? []
  // The library would find special tokens in a prompt, too, and has no switch for it; so it is not told of them.
  const library: Library = new LibraryTokenizer(
    { ...json, added_tokens: added.filter(({ special }) => !special) },
    config,
  )
  boundTime(library)
  const ids = new Map([...library.model.tokens_to_ids, ...added.map(({ content, id }) => [content, id] as const)])
  return {
    ...specialTokens(library, ids),
    encode: (text) => contentIds(library, text),
    vocabularySize: 1 + [...ids.values()].reduce((highest, id) => Math.max(highest, id), -1),
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
function specialTokens(library: Library, ids: ReadonlyMap<string, number>): Pick<Tokenizer, 'before' | 'after'> {
  const content = library.encode('a', { add_special_tokens: false }).tokens
  const whole = library.encode('a').tokens
  const start = whole.findIndex((_, index) => content.every((token, offset) => whole[index + offset] === token))
  const idsOf = (tokens: readonly string[]): number[] => tokens.map((token) => idOf(token, ids))
  return { before: idsOf(whole.slice(0, start)), after: idsOf(whole.slice(start + content.length)) }
}

function idOf(token: string, ids: ReadonlyMap<string, number>): number {
  const id = ids.get(token)
  if (id === undefined) throw new Error(`its special token ${token} has no id`)
  return id
}
