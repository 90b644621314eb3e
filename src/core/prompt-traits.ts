import { COMMAND_VERBS, DEMAND_WORDS, FUNCTION_WORDS, QUESTION_WORDS, REASONING_WORDS } from './text/word-classes.js'

/**
 * What can be counted in a prompt, for the complexity classifier. The order is the order of the classifier's columns;
 * a trained model names the ones it wants, so traits may be added but a name never changes its meaning.
 *
 * `log…` is ln(1 + count); `…Share` lies in [0, 1].
 */
export const PROMPT_TRAITS = [
  'logCharacters',
  'logWords',
  'logSentences',
  'logLines',
  'averageWordLength',
  'averageSentenceWords',
  'longWordShare',
  'distinctWordShare',
  'functionWordShare',
  'digitShare',
  'capitalShare',
  'punctuationShare',
  'nonLatinShare',
  'logQuestionMarks',
  'logNumbers',
  'logMathsSymbols',
  'logCodeMarkers',
  'logChoiceMarkers',
  'logListItems',
  'logQuotedSpans',
  'logCommandVerbs',
  'logQuestionWords',
  'logReasoningWords',
  'logDemandWords',
] as const

export type PromptTraitName = (typeof PROMPT_TRAITS)[number]

/** Every trait of a prompt; all finite, for any text. Time grows linearly with the text. */
export function promptTraits(text: string): Record<PromptTraitName, number> {
  const words = text.toLowerCase().match(WORD) ?? []
  const sentences = Math.max(1, countMatches(text, SENTENCE_END))
  const characters = text.length
  const letters = countMatches(text, LETTER)
  return {
    logCharacters: Math.log1p(characters),
    logWords: Math.log1p(words.length),
    logSentences: Math.log1p(sentences),
    logLines: Math.log1p(countMatches(text, LINE_WITH_TEXT)),
    averageWordLength: share(totalLength(words), words.length),
    averageSentenceWords: Math.log1p(words.length / sentences),
    longWordShare: share(count(words, isLong), words.length),
    distinctWordShare: share(new Set(words).size, words.length),
    functionWordShare: share(countIn(words, FUNCTION_WORDS), words.length),
    digitShare: share(countMatches(text, DIGIT), characters),
    capitalShare: share(countMatches(text, CAPITAL), letters),
    punctuationShare: share(countMatches(text, PUNCTUATION), characters),
    nonLatinShare: share(letters - countMatches(text, LATIN_LETTER), letters),
    logQuestionMarks: Math.log1p(countMatches(text, QUESTION_MARK)),
    logNumbers: Math.log1p(countMatches(text, NUMBER)),
    logMathsSymbols: Math.log1p(countMatches(text, MATHS_SYMBOL)),
    logCodeMarkers: Math.log1p(CODE_MARKERS.reduce((sum, marker) => sum + countMatches(text, marker), 0)),
    logChoiceMarkers: Math.log1p(countMatches(text, CHOICE_MARKER)),
    logListItems: Math.log1p(countMatches(text, LIST_ITEM)),
    logQuotedSpans: Math.log1p(countMatches(text, QUOTED_SPAN)),
    logCommandVerbs: Math.log1p(countIn(words, COMMAND_VERBS)),
    logQuestionWords: Math.log1p(countIn(words, QUESTION_WORDS)),
    logReasoningWords: Math.log1p(countIn(words, REASONING_WORDS)),
    logDemandWords: Math.log1p(countIn(words, DEMAND_WORDS)),
  }
}

// Each pattern looks at one character, or at a run that cannot be entered twice, or at a bounded span: the text is
// untrusted, and a run followed by a condition (`\.+(?=\s)`) would cost the square of its length.
const WORD = /[\p{L}\p{N}]+/gu
const LETTER = /\p{L}/gu
const LATIN_LETTER = /\p{Script=Latin}/gu
const CAPITAL = /\p{Lu}/gu
const DIGIT = /\p{Nd}/gu
const PUNCTUATION = /\p{P}/gu
const NUMBER = /\p{Nd}+/gu
const SENTENCE_END = /[.!?](?=\s|$)|[。！？؟।]/g
const LINE_WITH_TEXT = /^.+$/gm
const QUESTION_MARK = /[?？؟]/g
const MATHS_SYMBOL = /[=+*/^<>%√∑∫π≤≥≠±×÷∞∂∈∀∃]|\\(?:frac|sqrt|sum|int|cdot|times|le|ge|pi|alpha|theta)\b/g
const CHOICE_MARKER = /(?:^|[\s(])[A-Ha-h][).:](?=\s)/g
const LIST_ITEM = /^[ \t]{0,8}(?:[-*•]|\d{1,3}[.)])[ \t]/gm
const QUOTED_SPAN = /"[^"\n]{1,200}"|“[^”\n]{1,200}”|«[^»\n]{1,200}»|`[^`\n]{1,200}`/g
const CODE_MARKERS = [
  /```|=>|->|::|&&|\|\||===?|!==?|\(\)|<\/|[{};]/g,
  /^[ \t]{0,16}(?:def|class|import|from|function|const|let|var|return|public|private|#include|SELECT|for|if|while)\b/gm,
  /\b[a-z]{1,40}[A-Z][A-Za-z]{0,40}\b/g,
  /\b[A-Za-z]{1,40}_[A-Za-z]{1,40}/g,
]

const LONG_WORD_LETTERS = 9

/** Rare words are long: a stand-in for a frequency table, which would be a model of its own. */
const isLong = (word: string): boolean => word.length >= LONG_WORD_LETTERS

const countIn = (words: readonly string[], set: ReadonlySet<string>): number => count(words, (word) => set.has(word))

function count(words: readonly string[], test: (word: string) => boolean): number {
  let found = 0
  for (const word of words) if (test(word)) found++
  return found
}

function totalLength(words: readonly string[]): number {
  let length = 0
  for (const word of words) length += word.length
  return length
}

function countMatches(text: string, pattern: RegExp): number {
  let found = 0
  // `match` would build an array of up to one string a character.
  pattern.lastIndex = 0
  while (pattern.test(text)) found++
  return found
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
