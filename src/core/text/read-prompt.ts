import { expandContractions } from './contractions.js'
import { foldDates } from './dates.js'
import { foldNumbers, isWrittenOne } from './number-words.js'
import { foldPhrases } from './phrases.js'
import { type FramedPrompt, type QuestionType, readFrame } from './question-frame.js'
import { commonSpelling } from './spelling.js'
import { stem } from './stem.js'
import { commonWord } from './synonyms.js'
import { type Token, tokenise } from './tokenise.js'
import { foldUnits } from './units.js'
import { PAIR_FUNCTION_WORDS } from './word-classes.js'

/** A content word of a prompt. */
export interface ContentWord {
  /** Lower case, spelling and units made common. */
  readonly form: string
  /** As written, lower case. */
  readonly raw: string
  readonly stem: string
  /** The stem, or that of the common synonym: two words with the same key match. */
  readonly key: string
  readonly isNumber: boolean
  /** The small word directly before it, if any: `in` of "in India". */
  readonly after: string
  /** Nothing, not even an article, stands between it and the content word before: `room` of "a hotel room". */
  readonly adjoins: boolean
  /** Only asks for the answer ("give", "list") or is written as a sign elsewhere: nothing is missing where it is not. */
  readonly isLight: boolean
}

/** A prompt as the comparisons read it, blind to case, spacing, politeness, contractions and the like. */
export interface PromptReading {
  /** Typography as given. */
  readonly text: string
  /** As written, in order. */
  readonly written: readonly Token[]
  /** Canonical forms of all words after the opening frame, in order. */
  readonly tokens: readonly Token[]
  /** Canonical forms of the frame's words as well. */
  readonly allForms: readonly string[]
  /** Those after the politeness at the start. */
  readonly asked: readonly string[]
  readonly questionType: QuestionType
  /** What is left when the small words are gone, in order; numbers included. */
  readonly content: readonly ContentWord[]
}

/** Reads a prompt once, for all comparisons. Time grows linearly with the text. */
export function readPrompt(text: string): PromptReading {
  const written = tokenise(text)
  const plain = expandContractions(written).map(withCommonSpelling)
  const all = foldPhrases(foldDates(foldUnits(foldNumbers(plain))))
  const { type, frameWords, politeWords } = frameOf(all)
  const tokens = all.slice(frameWords)
  return {
    text,
    written,
    tokens,
    allForms: formsOf(all),
    asked: formsOf(all.slice(politeWords)),
    questionType: type,
    content: contentOf(tokens, type),
  }
}

/** The frame at the start; a prompt that opens with a statement often asks in its last sentence. */
function frameOf(tokens: readonly Token[]): FramedPrompt {
  const opening = readFrame(formsOf(tokens.slice(0, LONGEST_FRAME)))
  if (opening.type !== 'statement') return opening
  const last = tokens.findLastIndex((token) => token.opensSentence)
  if (last <= 0) return opening
  const closing = readFrame(formsOf(tokens.slice(last, last + LONGEST_FRAME)))
  return { ...opening, type: closing.type }
}

const LONGEST_FRAME = 30

const formsOf = (tokens: readonly Token[]): string[] => tokens.map((token) => token.form)

const CAPITAL_LETTER = /^[A-HJ-Z]$/

function withCommonSpelling(token: Token): Token {
  // "The R language" is no "are".
  if (token.kind !== 'word' || CAPITAL_LETTER.test(token.raw)) return token
  // "us" is a pronoun.
  const form = token.raw === 'US' ? 'usa' : commonSpelling(token.form)
  return form === token.form ? token : { ...token, form }
}

function contentOf(tokens: readonly Token[], type: QuestionType): ContentWord[] {
  const content: ContentWord[] = []
  let after = ''
  let adjoins = false
  for (const [at, { kind, form, raw }] of tokens.entries()) {
    if (kind === 'sign') {
      adjoins = false
      continue
    }
    if (PAIR_FUNCTION_WORDS.has(form) && !isLiking(tokens, at)) {
      // "in the kitchen": an article does not hide the preposition.
      if (!ARTICLES.has(form)) after = form
      adjoins = false
      continue
    }
    const stemmed = kind === 'number' ? form : stem(form)
    content.push({
      form,
      raw: raw.toLowerCase(),
      stem: stemmed,
      key: commonWord(stemmed),
      isNumber: kind === 'number',
      after,
      adjoins,
      isLight:
        isOperator(tokens, at) ||
        (form === '1' && tokens[at] !== undefined && isWrittenOne(tokens[at])) ||
        isLight(form, raw, after, { opens: at === 0, closes: at === tokens.length - 1, type }),
    })
    after = ''
    adjoins = true
  }
  return content
}

/** "A girl I like", "love and like", "do you like"; not "what is it like", "I would like". */
const isLiking = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.form === 'like' && LIKERS.has(tokens[at - 1]?.form ?? '')

const LIKERS = new Set('i you we they he she who people and or not really also'.split(' '))

/** Between numbers: compared as an operator, whether it is a word or a sign: "12 plus 4", "12 + 4". */
const isOperator = (tokens: readonly Token[], at: number): boolean =>
  OPERATOR_WORDS.has(tokens[at]?.form ?? '') && tokens[at - 1]?.kind === 'number'

const OPERATOR_WORDS = new Set(['plus', 'minus', 'times', 'multiplied', 'divided'])

interface Place {
  readonly opens: boolean
  readonly closes: boolean
  readonly type: QuestionType
}

function isLight(form: string, raw: string, after: string, { opens, closes, type }: Place): boolean {
  if (raw.toLowerCase() === 'using') return true
  // "How do I say … in French", "translate … into French"; "what does … mean", "the meaning of …".
  if (opens && type === 'how-to') return form === 'say'
  if (closes && type === 'what') return form === 'mean'
  return LIGHT_VERBS.has(form) && ((opens && type === 'command') || VERB_OPENERS.has(after))
}

const LIGHT_VERBS = new Set(
  `give list name show tell find get provide state calculate compute evaluate determine convert express translate use see
  recommend write draft compose generate`.split(/\s+/),
)
const VERB_OPENERS = new Set(['i', 'you', 'we', 'me', 'please'])

const ARTICLES = new Set(['a', 'an', 'the', 'my', 'your', 'this', 'that'])
