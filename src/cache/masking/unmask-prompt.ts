import { readPrompt } from '../../core/text/read-prompt.js'
import { standInWord } from './mask-prompt.js'
import type { Digest, Letters, MaskedNumber, MaskedPart, MaskedWord } from './masked-prompt.js'
import { formOf } from './spelled.js'
import { standInNumber } from './stand-in.js'
import { rootOf } from './word-root.js'

/** Digest → the stem or the digits that it is of. */
export interface Vocabulary {
  find(digest: string): string | undefined
}

/** Words that are known in any case; making it takes tens of milliseconds, a few at a time. */
export async function createVocabulary(words: Iterable<string>, digest: Digest): Promise<Vocabulary> {
  const known = new Map<string, string>()
  let turn = 0
  for (const text of [...rootsOf(words), ...SMALL_NUMBERS]) {
    known.set(digest(text), text)
    if (++turn % AT_ONCE === 0) await new Promise(setImmediate)
  }
  return { find: (sought) => known.get(sought) }
}

const AT_ONCE = 200

/** And years: whether a number is a date is seen only by its value. */
const SMALL_NUMBERS = [
  ...Array.from({ length: 300 }, (_, n) => String(1800 + n)),
  ...Array.from({ length: 1000 }, (_, n) => String(n)),
  // Groups of thousands: the 050 of 12,050.
  ...Array.from({ length: 100 }, (_, n) => String(n).padStart(3, '0')),
  ...Array.from({ length: 10 }, (_, n) => `0${n}`),
]

function rootsOf(words: Iterable<string>): ReadonlySet<string> {
  const roots = new Set<string>([...'abcdefghijklmnopqrstuvwxyz', ...BEFORE_NOT])
  for (const word of words) {
    const { degreeBase, form, negated, stem } = rootOf(word)
    for (const root of [word, stem, form, degreeBase, negated?.rest]) if (root !== undefined) roots.add(root)
  }
  return roots
}

/** "can't", "won't", "shan't" and "ain't" without their "n't". */
const BEFORE_NOT = ['ca', 'wo', 'sha', 'ai']

/** The vocabulary and the words of a prompt, alone and written together ("log file", "logfile"). */
export function vocabularyFor(prompt: string, known: Vocabulary, digest: Digest): Vocabulary {
  const { tokens, written } = readPrompt(prompt)
  const words = written.flatMap(({ form, kind }) => (kind === 'word' ? form.split("'") : []))
  const joined = words.flatMap((_, at) => MOST_JOINED.map((count) => words.slice(at, at + count).join('')))
  const digits = [...written, ...tokens].flatMap(({ form, kind }) => (kind === 'number' ? digitRunsOf(form) : []))
  const own = new Map<string, string>()
  for (const text of [...rootsOf([...words, ...joined]), ...digits]) own.set(digest(text), text)
  return { find: (sought) => own.get(sought) ?? known.find(sought) }
}

const MOST_JOINED = [2, 3, 4]

/** "12500" may have been written "12,500". */
function digitRunsOf(number: string): readonly string[] {
  const runs = number.match(/\p{Nd}+/gu) ?? []
  return [...runs, runs.join('')]
}

/**
 * The prompt again, with all the words that the vocabulary has; others are words that nobody knows, so that they match
 * nothing. Whoever compares it with the prompt that the vocabulary is for finds what the prompt itself would have shown,
 * or less in common.
 */
export function unmaskPrompt(masked: readonly MaskedPart[], vocabulary: Vocabulary): string {
  return masked
    .map((part) => {
      if (typeof part === 'string') return part
      return 'digits' in part ? unmaskNumber(part, vocabulary) : unmaskWord(part, vocabulary)
    })
    .join('')
}

function unmaskNumber({ digits, length }: MaskedNumber, vocabulary: Vocabulary): string {
  return vocabulary.find(digits) ?? standInNumber(digits, length, 0)
}

function unmaskWord(masked: MaskedWord, vocabulary: Vocabulary): string {
  return withLetters(knownForm(masked, vocabulary) ?? standInWord(masked).form, masked.letters)
}

function knownForm(masked: MaskedWord, vocabulary: Vocabulary): string | undefined {
  const whole = vocabulary.find(masked.word)
  if (whole !== undefined || masked.stem === undefined) return whole
  const stem = vocabulary.find(masked.stem.of) ?? derivedStem(masked, vocabulary)
  return stem === undefined ? undefined : formOf(stem, masked.stem.spelled)
}

function derivedStem({ degree, negated }: MaskedWord, vocabulary: Vocabulary): string | undefined {
  const rest = negated && vocabulary.find(negated.of)
  if (negated !== undefined && rest !== undefined) return negated.prefix + rest
  const base = degree && vocabulary.find(degree.of)
  return degree === undefined || base === undefined ? undefined : formOf(base, degree.spelled)
}

function withLetters(form: string, letters: Letters): string {
  if (letters === 'lower') return form
  if (letters === 'upper') return form.toUpperCase()
  if (letters === 'error') return `E${form.slice(1).toUpperCase()}`
  if (letters === 'capital') return form.slice(0, 1).toUpperCase() + form.slice(1)
  const marks = letters.slice('mixed '.length)
  return [...form].map((letter, at) => (marks[at] === 'U' ? letter.toUpperCase() : letter)).join('')
}
