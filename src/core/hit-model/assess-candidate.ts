import { type Candidate, candidateFeatures, marginOf } from './candidate-features.js'
import { designRow, type HitModel, type HitProbability, predictHit } from './hit-model.js'
import { MEANING_MARGIN, predictSameReading, SAME_PRIORS, type SameRecords } from './same-reading.js'

/** What the cache thinks of a candidate. */
export type Assessment =
  /** Never served, whatever its probability would be; a label of it teaches nothing. */
  | { readonly kind: 'guarded'; readonly guard: Guard }
  /** To be served in bounded mode if the lower bound is at least 1 − `maxFalseHitRate`. */
  | ({ readonly kind: 'assessed'; readonly row: readonly number[] } & HitProbability)
  /** The same, by the record of such pairs. */
  | ({ readonly kind: 'same-reading' } & HitProbability)
  | ({ readonly kind: 'same-meaning' } & HitProbability)

/**
 * `far`: below the model's floor, or a cosine that is no number; `conflict`: numbers, names, negation or the like say
 * that another thing is asked (`anyConflict` of the pair features, `scopeDiffers` among the same words); `reordered`: the same words in another order that
 * nothing explains, where a mean of word vectors sees no difference at all.
 */
export type Guard = 'far' | 'conflict' | 'reordered'

export function assessCandidate(
  model: HitModel,
  candidate: Candidate,
  { sameReading, sameMeaning }: SameRecords = SAME_PRIORS,
): Assessment {
  if (candidate.pair.sameReading > 0 && candidate.cosine > 0)
    return { kind: 'same-reading', ...predictSameReading(sameReading, model.boundDeviations) }
  if (candidate.pair.sameMeaning > 0 && candidate.cosine > 0 && marginOf(candidate) >= MEANING_MARGIN)
    return { kind: 'same-meaning', ...predictSameReading(sameMeaning, model.boundDeviations) }
  const guard = guardOf(model.cosineFloor, candidate)
  if (guard !== undefined) return { kind: 'guarded', guard }
  const row = designRow(model.columns, candidateFeatures(candidate))
  return { kind: 'assessed', row, ...predictHit(model, row) }
}

/** Undefined: the candidate may be assessed. */
export function guardOf(cosineFloor: number, { cosine, pair }: Pick<Candidate, 'cosine' | 'pair'>): Guard | undefined {
  // Not `<`: what is no number must fail close to a miss.
  if (!(cosine >= cosineFloor)) return 'far'
  if (pair.anyConflict > 0 || (pair.sameContent > 0 && pair.scopeDiffers > 0)) return 'conflict'
  return pair.sameContent > 0 && pair.orderDifference > 0 && pair.sameMeaning === 0 ? 'reordered' : undefined
}
