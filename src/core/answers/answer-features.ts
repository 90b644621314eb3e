import { areOpposite } from '../text/antonyms.js'
import { type ContentWord, type PromptReading, readPrompt } from '../text/read-prompt.js'
import { areRivals } from '../text/rivals.js'
import type { AnswerContent } from './answer-content.js'

/** How two answers are alike; `fit.ts` in `models/training/answers` weighs them. All finite if `closeness` is. */
export interface AnswerFeatures {
  /** −ln(1.02 − cosine), as for prompts. */
  readonly closeness: number
  /** Of the words and numbers that the prompts do not have: share of the poorer side that the other has too. */
  readonly containment: number
  /** Of the same: shared by all. */
  readonly jaccard: number
  /** 1: the fewer numbers are all among the others; −1: each side has one that the other lacks; 0: too few to say. */
  readonly numbers: number
  /** Opposites and rivals ("on", "off"; "Spanish", "Italian"), one on each side only: none, one, or several. */
  readonly opposites: number
  /** 1: a block of code is the same; −1: both have code, and none of it is; 0: not both have code. */
  readonly code: number
}

export const ANSWER_FEATURES = ['closeness', 'containment', 'jaccard', 'numbers', 'opposites', 'code'] as const

export interface FeatureInput {
  readonly a: AnswerContent
  readonly b: AnswerContent
  /** Of the answers' sentence vectors. */
  readonly cosine: number
  /** What was asked: what answers repeat of it says nothing of them. */
  readonly prompts: readonly string[]
}

export function answerFeatures({ a, b, cosine, prompts }: FeatureInput): AnswerFeatures {
  const asked = prompts.map((prompt) => readPrompt(prompt))
  const [readingA, readingB] = [readPrompt(a.text), readPrompt(b.text)]
  const known = new Set(asked.flatMap(({ content }) => content.map(({ key }) => key)))
  const [wordsA, wordsB] = [newWords(readingA, known), newWords(readingB, known)]
  const shared = [...wordsA.keys()].filter((key) => wordsB.has(key)).length
  const poorer = Math.min(wordsA.size, wordsB.size)
  return {
    closeness: -Math.log(1.02 - Math.min(1, cosine)),
    containment: poorer === 0 ? UNKNOWN_SHARE : shared / poorer,
    jaccard: poorer === 0 ? UNKNOWN_SHARE : shared / (wordsA.size + wordsB.size - shared),
    numbers: compareNumbers(numbersOf(wordsA), numbersOf(wordsB)),
    opposites: Math.min(2, opposites(readingA, readingB)),
    code: compareCode(a.code, b.code),
  }
}

/** Where one side says nothing that was not asked. */
const UNKNOWN_SHARE = 0.5

type Words = ReadonlyMap<string, ContentWord>

const newWords = ({ content }: PromptReading, known: ReadonlySet<string>): Words =>
  new Map(content.flatMap((word) => (known.has(word.key) ? [] : [[word.key, word]])))

const numbersOf = (words: Words): Set<string> =>
  new Set([...words.values()].flatMap(({ isNumber, key }) => (isNumber ? [key] : [])))

function compareNumbers(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [fewer, more] = a.size <= b.size ? [a, b] : [b, a]
  if (fewer.size === 0) return 0
  return [...fewer].every((number) => more.has(number)) ? 1 : -1
}

function compareCode(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0
  return a.some((block) => b.includes(block)) ? 1 : -1
}

/** More words than these would be compared with as many. */
const MOST_WORDS = 80

/** Also of words that the prompts have: "enable" was asked, and "disable" answered. */
function opposites(a: PromptReading, b: PromptReading): number {
  const [stemsA, stemsB] = [stemsOf(a), stemsOf(b)]
  const onlyInA = [...stemsA].filter((stem) => !stemsB.has(stem)).slice(0, MOST_WORDS)
  const onlyInB = [...stemsB].filter((stem) => !stemsA.has(stem)).slice(0, MOST_WORDS)
  return onlyInA.filter((word) => onlyInB.some((other) => areOpposite(word, other) || areRivals(word, other))).length
}

const PARTICLES = new Set('on off up down before after with without in out always never yes no more less'.split(' '))

const stemsOf = ({ content, tokens }: PromptReading): Set<string> =>
  new Set([...content.map(({ stem }) => stem), ...tokens.flatMap(({ form }) => (PARTICLES.has(form) ? [form] : []))])
