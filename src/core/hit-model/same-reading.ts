import type { HitProbability } from './hit-model.js'

/**
 * How often the kept answer was right when both prompts read the same (`sameReading` of the pair features), as the counts
 * of a beta distribution. Such pairs are decided apart: what a model learns from questions that differ says little of
 * questions that do not.
 */
export interface SameReadingRecord {
  readonly right: number
  readonly wrong: number
}

/**
 * What is believed before the first label: 99 % right, held as firmly as 200 labels. Of 49 such pairs in the adjudicated
 * ones 48 ask the same, of 221 written ones in the adversarial and everyday sets all of them do.
 */
export const SAME_READING_PRIOR: SameReadingRecord = { right: 198, wrong: 2 }

/** Mean of the beta distribution; the bound by its normal approximation. */
export function predictSameReading({ right, wrong }: SameReadingRecord, boundDeviations: number): HitProbability {
  const total = right + wrong
  const deviation = Math.sqrt((right * wrong) / (total * total * (total + 1)))
  const mean = right / total
  return { mean, lowerBound: Math.max(0, mean - boundDeviations * deviation) }
}
