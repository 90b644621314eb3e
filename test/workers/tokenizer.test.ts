import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Tokenizer as Library } from '@huggingface/tokenizers'
import { BertTokenizer } from '@xenova/transformers'
import { afterAll, describe, expect, test } from 'vitest'
import { loadTokenizer, type Tokenizer } from '../../workers/tokenizer.js'
import { bertTokenizerJson, bertVocabulary } from './support/bert-vocabulary.js'
import { variedTexts } from './support/varied-texts.js'

const folder = mkdtempSync(join(tmpdir(), 'llmrouter-tokenizer-'))
afterAll(() => rmSync(folder, { recursive: true }))

function tokenizerOf(vocabulary: readonly string[]): Tokenizer {
  const tokenizerFile = join(folder, `${vocabulary.length}.json`)
  writeFileSync(tokenizerFile, JSON.stringify(bertTokenizerJson(vocabulary)))
  return loadTokenizer({ tokenizerFile, tokenizerConfigFile: null })
}

function whole(tokenizer: Tokenizer, text: string): number[] {
  return [...tokenizer.before, ...tokenizer.encode(text), ...tokenizer.after]
}

const vocabulary = bertVocabulary()
const tokenizer = tokenizerOf(vocabulary)

describe('against @xenova/transformers', () => {
  const texts = variedTexts(7500)
  // Told of no tokens beside the vocabulary, it reads all of a text as text, as we do.
  const oracle = new BertTokenizer({ ...bertTokenizerJson(vocabulary), added_tokens: [] }, {})
  const differing = (asked: readonly string[]) =>
    asked.filter((text) => !isDeepStrictEqual(whole(tokenizer, text), oracle.encode(text)))

  // It strips the accents U+0300 to U+036F only; BERT, and with it our library, every mark without width of its own.
  const isNarrow = (text: string) => !/(?![\u0300-\u036f])\p{Mn}/u.test(text.normalize('NFD'))

  test('gives the same ids for 5,000 varied texts', () => {
    const narrow = texts.filter(isNarrow)
    expect(narrow.length).toBeGreaterThan(5000)
    expect(differing(narrow)).toEqual([])
  })

  test('gives the same ids for the marks of all scripts once the oracle knows what BERT takes for an accent', () => {
    const wide = texts.filter((text) => !isNarrow(text))
    expect(wide.length).toBeGreaterThan(500)
    const stripAccents = (text: string) => text.normalize('NFD').replace(/\p{Mn}/gu, '')
    Object.assign(oracle.normalizer, { stripAccents })
    expect(differing(wide)).toEqual([])
  })

  test('was asked texts that split, that are unknown and that are special', () => {
    const ids = texts.flatMap((text) => tokenizer.encode(text))
    const pieces = new Set(ids.map((id) => vocabulary[id] ?? ''))
    expect(pieces.size).toBeGreaterThan(2000)
    expect([...pieces].filter((piece) => piece.startsWith('##')).length).toBeGreaterThan(500)
    expect(pieces).toContain('[UNK]')
    expect(texts.filter((text) => text.includes('[MASK]')).length).toBeGreaterThan(50)
  })
})

// Worked out by hand from the description of WordPiece; the numbers are places in this list.
const GOLDEN = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'un', '##aff', '##able', 'a', '##b', 'ab', '##c', 'cafe']
  .concat(['!', ',', "'", 'don', 't', '漢', '字', 'ss', '##ing', 'σ', '##ς', 'i', '##ı', '1', '##2', '$', '`', 'of'])
  .concat(['##a', 'o', '##f'])

describe('by hand', () => {
  const golden = tokenizerOf(GOLDEN)
  const pieces = (text: string) => golden.encode(text).map((id) => GOLDEN[id])

  test.each([
    ['nothing', '', []],
    ['white space only', ' \t\n\u00a0\u3000', []],
    ['the longest piece first', 'unaffable', ['un', '##aff', '##able']],
    ['greed without going back', 'abc ab', ['ab', '##c', 'ab']],
    ['a word whose rest has no piece is unknown as a whole', 'abz a', ['[UNK]', 'a']],
    ['capitals and accents', 'CAFÉ Cafe\u0301', ['cafe', 'cafe']],
    ['punctuation, each by itself', "don't!!,", ['don', "'", 't', '!', '!', ',']],
    ['symbols of ASCII are punctuation', '12$`', ['1', '##2', '$', '`']],
    ['Chinese characters, each by itself', '漢字ab漢', ['漢', '字', 'ab', '漢']],
    ['control characters vanish, tabs separate', 'a\u0007b\ta\0', ['ab', 'a']],
    ['zero width joiners and the byte order mark vanish', '\ufeffa\u200db', ['ab']],
    ['lone surrogates vanish', 'a\ud800 a', ['a', 'a']],
    ['a sigma that ends its word', 'ΣΣ', ['σ', '##ς']],
    ['a dotted capital I loses its dot', 'İ', ['i']],
    ['special tokens in a text are text', 'a[SEP]a [CLS', ['a', '[UNK]', '[UNK]', '[UNK]', 'a', '[UNK]', '[UNK]']],
    ['a text that is nothing but a special token is text', '[SEP]', ['[UNK]', '[UNK]', '[UNK]']],
    ['100 characters are a word', 'a'.repeat(100), ['a', ...Array.from({ length: 99 }, () => '##a')]],
    ['101 characters are unknown', 'a'.repeat(101), ['[UNK]']],
  ])('%s', (_, text, expected) => {
    expect(pieces(text)).toEqual(expected)
  })

  test('knows what goes around a text, and how many ids there are', () => {
    expect(golden.before).toEqual([2])
    expect(golden.after).toEqual([3])
    expect(golden.vocabularySize).toBe(GOLDEN.length)
  })

  test('knows special tokens that are not in the vocabulary, and reads added tokens that are not special', () => {
    const tokenizerFile = join(folder, 'added.json')
    const added = { single_word: false, lstrip: false, rstrip: false, normalized: false }
    const json = {
      ...bertTokenizerJson(GOLDEN),
      added_tokens: [
        { ...added, id: 50, content: '[CLS]', special: true },
        { ...added, id: 51, content: '[SEP]', special: true },
        { ...added, id: 60, content: '<user>', special: false },
      ],
    }
    const vocab = Object.fromEntries(GOLDEN.slice(5).map((piece, id) => [piece, id]))
    const model = { type: 'WordPiece', unk_token: 'a', continuing_subword_prefix: '##', vocab }
    writeFileSync(tokenizerFile, JSON.stringify({ ...json, model }))
    const tokenizer = loadTokenizer({ tokenizerFile, tokenizerConfigFile: null })
    expect([tokenizer.before, tokenizer.after, tokenizer.vocabularySize]).toEqual([[50], [51], 61])
    expect(tokenizer.encode('ab<user>ab')).toEqual([5, 60, 5])
  })
})

describe('hard texts', () => {
  const length = 100_000
  const library = new Library({ ...bertTokenizerJson(vocabulary), added_tokens: [] }, {})
  const plain = (text: string) => library.encode(text, { add_special_tokens: false }).ids

  // Where the library is quadratic, a tenth of the text has to do for the comparison.
  const TEXTS: Record<string, string> = {
    'one word': 'a',
    'words of 100 characters': `${'internationalizatio'.repeat(5)}zyxw `,
    'words that split into letters': `${'qx'.repeat(50)} `,
    'words that fail at the end': `${'a'.repeat(99)}\u4dff `,
    accents: 'e\u0301',
    'one mark': '\u0301',
    'two marks in turn': '\u0301\u0323',
    'marks that take room and marks that do not': '\u0301\u302e\u0941',
    'marks and control characters': '\u0301\u200b\u0323\u0345',
    Chinese: '漢字',
    'Chinese beyond 16 bits': '𠀀',
    punctuation: '!?',
    'white space': ' \u2003',
    emoji: '👩‍👩‍👧‍👦',
    'special tokens': '[SEP]',
    'beginnings of special tokens': '[SE',
    'lone surrogates': '\ud83d',
    sigmas: 'Σ',
    'a ligature that comes apart': '\ufdfa',
  }

  test.each(Object.entries(TEXTS))('%s: the ids of the library', (_, unit) => {
    const text = unit.repeat(Math.ceil(length / 10 / unit.length))
    expect(tokenizer.encode(text)).toEqual(plain(text))
  })

  test.each(Object.entries(TEXTS))('%s: ten times the text has ten times the tokens', (_, unit) => {
    const few = tokenizer.encode(unit.repeat(Math.ceil(length / 10 / unit.length))).length
    const many = tokenizer.encode(unit.repeat(Math.ceil(length / unit.length))).length
    expect(many === few || Math.abs(many / few - 10) < 0.1).toBe(true)
  })

  // With the library alone: 22 s and 191 s.
  test.each(['words that split into letters', 'two marks in turn'])('%s: a megabyte is done', (name) => {
    const unit = TEXTS[name] ?? ''
    expect(tokenizer.encode(unit.repeat((10 * length) / unit.length))).not.toHaveLength(1)
  })
})

describe('files that are not right', () => {
  const load = (tokenizerFile: string, tokenizerConfigFile: string | null = null) =>
    loadTokenizer({ tokenizerFile, tokenizerConfigFile })

  function written(name: string, content: string): string {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  test('a missing file is named', () => {
    expect(() => load('/nowhere/tokenizer.json')).toThrow(/embedder\.tokenizerFile \(\/nowhere\/tokenizer\.json\)/)
  })

  test('broken JSON is named', () => {
    const file = written('broken.json', '{"model":')
    expect(() => load(file)).toThrow(`embedder.tokenizerFile (${file}): cannot be read`)
  })

  test('JSON that is no tokenizer is named', () => {
    const file = written('other.json', '{"a":1}')
    expect(() => load(file)).toThrow(`embedder.tokenizerFile (${file}): not a usable tokenizer`)
  })

  test('a missing config is named', () => {
    const file = written('good.json', JSON.stringify(bertTokenizerJson(GOLDEN)))
    expect(() => load(file, '/nowhere/config.json')).toThrow(
      /embedder\.tokenizerConfigFile \(\/nowhere\/config\.json\)/,
    )
  })
})
