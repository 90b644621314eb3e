import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AnswerPair, readPairs } from '../../models/training/answers/read-pairs.js'
import type { ChatResponse } from '../../src/core/chat-response.js'
import { packageRoot } from '../../src/package-root.js'
import { textAnswer, toolAnswer } from './answers.js'

/** Where labels come from while the cache learns: pairs of answers, for the comparison of answers to judge. */
export interface Teacher {
  readonly name: string
  /** A kept and a fresh answer that say the same, or do not. */
  draw(isRight: boolean, random: () => number): Lesson
}

export interface Lesson {
  readonly kept: ChatResponse
  readonly fresh: ChatResponse
  /** What the two answer, where the answers are to something else than was asked. */
  readonly prompts: readonly [string, string] | undefined
}

/** The comparison is never wrong: what could be learnt at best. */
export const TRUE_LABELS: Teacher = {
  name: 'true labels',
  draw: (isRight) => ({
    kept: toolAnswer('kept'),
    fresh: toolAnswer(isRight ? 'kept' : 'another'),
    prompts: undefined,
  }),
}

/**
 * The comparison as it is, on answers in words, of topics that it was not fitted on: it errs, and often cannot say.
 * The data has no answers of its own, so pairs of others stand in for them.
 */
export function readComparisonTeacher(): Teacher {
  const file = join(packageRoot(), 'models/training/answers/topics.jsonl')
  const pairs = readPairs(readFileSync(file, 'utf8')).filter(({ heldOut }) => heldOut)
  const [same, different] = [true, false].map((isSame) => pairs.filter((pair) => pair.isSame === isSame))
  return {
    name: 'comparison of answers',
    draw(isRight, random) {
      const from: readonly AnswerPair[] = (isRight ? same : different) ?? []
      const pair = from[Math.floor(random() * from.length)]
      if (pair === undefined) throw new Error(`${file} has no such answers.`)
      const [first = '', second = first] = pair.prompts
      return { kept: textAnswer(pair.a), fresh: textAnswer(pair.b), prompts: [first, second] }
    },
  }
}
