import type { ANSWER_FEATURES } from './answer-features.js'

/** P(two answers say the same) as a logistic of the features; printed by `models/training/answers/fit.ts`. */
export interface AnswerModel {
  readonly intercept: number
  readonly weights: Readonly<Record<(typeof ANSWER_FEATURES)[number], number>>
}

export const ANSWER_MODEL: AnswerModel = {
  intercept: -1.752,
  weights: { closeness: -0.329, containment: 3.845, jaccard: -0.286, numbers: 3.027, opposites: -1.967, code: 0.512 },
}
