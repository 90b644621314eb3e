import type { ChatResponse } from '../chat-response.js'
import { sigmoid } from '../hit-model/log-odds.js'
import { type AnswerContent, readAnswer } from './answer-content.js'
import { ANSWER_FEATURES, answerFeatures } from './answer-features.js'
import { ANSWER_MODEL } from './answer-model.js'

/** Whether a kept answer says what a fresh one says. */
export interface AnswerComparison {
  readonly verdict: 'right' | 'wrong' | 'unsure'
  readonly reason: 'not-whole' | 'tools' | 'refusal' | 'same-text' | 'yes-and-no' | 'free-form' | 'likeness'
}

export interface AnswersToCompare {
  readonly kept: ChatResponse
  readonly fresh: ChatResponse
  /** Of the answers' sentence vectors; null where there are none, and likeness cannot be judged. */
  readonly cosine: number | null
  /** Of both answers. */
  readonly prompts: readonly string[]
}

/** At least so probable to say the same: right; at most so: wrong; nobody can say between. Chosen by `fit.ts`. */
const RIGHT_FROM = 0.7
const WRONG_UP_TO = 0.1

/**
 * How often a verdict by likeness is another one than a reader's, of those that are judged: counted by
 * `models/training/answers/fit.ts` on the half of the topics that it was not fitted on. There 3 of 23 equal answers were
 * judged wrong, and 13 of 45 answers to a near but different prompt right (8 more are told apart by yes and no).
 */
export const COMPARISON_ERRORS = { wrongOfRight: 0.13, rightOfWrong: 0.29 } as const

/** What is exact comes first: tool calls, refusals, the same text, yes against no. What is left is a matter of degree. */
export function compareAnswers({ kept, fresh, cosine, prompts }: AnswersToCompare): AnswerComparison {
  const [a, b] = [readAnswer(kept), readAnswer(fresh)]
  const exact = compareExactly(a, b)
  if (exact !== undefined) return exact
  // Two good poems have nothing in common.
  if (prompts.some((prompt) => FREE_FORM.test(prompt))) return { verdict: 'unsure', reason: 'free-form' }
  if (cosine === null || !Number.isFinite(cosine)) return { verdict: 'unsure', reason: 'likeness' }
  const same = sameProbability(a, b, { cosine, prompts })
  if (same >= RIGHT_FROM) return { verdict: 'right', reason: 'likeness' }
  return { verdict: same <= WRONG_UP_TO ? 'wrong' : 'unsure', reason: 'likeness' }
}

/** P(both say the same), by likeness alone. */
function sameProbability(
  a: AnswerContent,
  b: AnswerContent,
  { cosine, prompts }: { readonly cosine: number; readonly prompts: readonly string[] },
): number {
  const features = answerFeatures({ a, b, cosine, prompts })
  return sigmoid(
    ANSWER_FEATURES.reduce((sum, name) => sum + ANSWER_MODEL.weights[name] * features[name], ANSWER_MODEL.intercept),
  )
}

function compareExactly(a: AnswerContent, b: AnswerContent): AnswerComparison | undefined {
  if (!a.isWhole || !b.isWhole) return { verdict: 'unsure', reason: 'not-whole' }
  if (a.toolCalls.length + b.toolCalls.length > 0) {
    const isSame =
      a.toolCalls.length === b.toolCalls.length && a.toolCalls.every((call, at) => call === b.toolCalls[at])
    return { verdict: isSame ? 'right' : 'wrong', reason: 'tools' }
  }
  if (a.isRefusal || b.isRefusal) return { verdict: a.isRefusal === b.isRefusal ? 'right' : 'wrong', reason: 'refusal' }
  if (a.normal === '' || b.normal === '') return { verdict: 'unsure', reason: 'not-whole' }
  // With other signs it may be the other sum, or just another kind of dash.
  if (a.normal === b.normal) return { verdict: isSameText(a, b) ? 'right' : 'unsure', reason: 'same-text' }
  return polarity(a.normal) * polarity(b.normal) < 0 ? { verdict: 'wrong', reason: 'yes-and-no' } : undefined
}

/** Of texts with the same words: signs may be all that sets two sums or two lines of code apart. */
function isSameText(a: AnswerContent, b: AnswerContent): boolean {
  return signsOf(a.text) === signsOf(b.text) && a.code.join('\n') === b.code.join('\n')
}

const signsOf = (text: string): string => text.replace(/[^-+×*/÷<>=^%$€£]/g, '').replace(/-(?=-)/g, '')

function polarity(normal: string): number {
  if (/^(?:yes|yeah|correct)\b/.test(normal)) return 1
  return /^(?:no|nope|never)\b/.test(normal) ? -1 : 0
}

const FREE_FORM =
  /\b(?:poem|poetry|haiku|limerick|song|lyrics|story|joke|riddle|essay|slogan|tagline|brainstorm|names? for|ideas? for|random|creative|write (?:me )?an? (?:e-?mail|letter|post|speech|blog|tweet|review))\b/i
