import type { ChatResponse } from '../chat-response.js'
import type { LabelNoise } from '../hit-model/observe-label.js'
import { readAnswer } from './answer-content.js'
import { COMPARISON_ERRORS, compareAnswers } from './compare-answers.js'
import { judgePrompt, parseVerdict } from './judge-prompt.js'

export interface JudgedAnswers {
  /** What is looked at, and what it is held against. */
  readonly kept: ChatResponse
  readonly fresh: ChatResponse
  /** Of the fresh answer, then others that were answered. */
  readonly prompts: readonly [string, ...string[]]
}

export interface JudgePorts {
  /** Of two texts; undefined: not now. */
  readonly cosineOf: (a: string, b: string) => Promise<number | undefined>
  /** Asks a model. May reject. Undefined: likeness has to do. */
  readonly ask: ((question: string) => Promise<ChatResponse>) | undefined
}

/** A verdict, and how often such ones are wrong. */
export interface Judgement {
  readonly verdict: 'right' | 'wrong' | 'unsure'
  readonly noise: LabelNoise
}

const EXACT: LabelNoise = { wrongOfRight: 0.01, rightOfWrong: 0.01 }
/** An answer that lacks what nobody has to understand it to miss, where the other one lacks nothing. */
export const PLAINLY_WRONG: Judgement = { verdict: 'wrong', noise: EXACT }

/** Assumed, not measured. */
const JUDGE: LabelNoise = { wrongOfRight: 0.05, rightOfWrong: 0.05 }

/** Whether one answer says what the other says: by what is exact, else by a model that is asked, else by likeness. */
export async function judgeAnswers(answers: JudgedAnswers, { ask, cosineOf }: JudgePorts): Promise<Judgement> {
  const { fresh, kept, prompts } = answers
  const [keptText, freshText] = [readAnswer(kept).text, readAnswer(fresh).text]
  const exact = compareAnswers({ kept, fresh, cosine: null, prompts })
  if (exact.verdict !== 'unsure') return { verdict: exact.verdict, noise: EXACT }
  if (ask !== undefined && exact.reason !== 'not-whole') {
    const said = await ask(judgePrompt(prompts[0], keptText, freshText))
    return { verdict: parseVerdict(readAnswer(said).text), noise: JUDGE }
  }
  const cosine = (await cosineOf(keptText, freshText)) ?? null
  return { verdict: compareAnswers({ kept, fresh, cosine, prompts }).verdict, noise: COMPARISON_ERRORS }
}
