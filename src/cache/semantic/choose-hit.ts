import { type Assessment, assessCandidate } from '../../core/hit-model/assess-candidate.js'
import type { HitModel } from '../../core/hit-model/hit-model.js'
import type { SameReadingRecord } from '../../core/hit-model/same-reading.js'
import { pairFeatures } from '../../core/pair-features.js'
import type { NearEntry } from './semantic-index.js'

/** What the gateway believes of its hits at this moment. */
export interface Belief {
  readonly model: HitModel
  readonly sameReading: SameReadingRecord
  /** A hit is served only if the lower bound of P(right) is at least 1 − this. */
  readonly maxFalseHitRate: number
}

/** A kept prompt that may ask the same, with what is thought of it. */
export interface Assessed {
  readonly near: NearEntry
  readonly assessment: Assessment
}

/** So many of the nearest are looked at closely: the right one is rarely further down. */
const CANDIDATES = 3

/** The candidates of a prompt among its neighbours: live, and with a prompt to compare with. */
export function candidatesOf(neighbours: readonly NearEntry[]): readonly (NearEntry & { readonly prompt: string })[] {
  return neighbours
    .flatMap((near) => (near.prompt === null ? [] : [{ ...near, prompt: near.prompt }]))
    .slice(0, CANDIDATES)
}

/**
 * What is thought of each candidate, most probably right first.
 *
 * @param verified the verifier's probabilities, in the order of `candidatesOf`; null: there is no verifier
 */
export function assessAll(
  prompt: string,
  neighbours: readonly NearEntry[],
  verified: readonly number[] | null,
  belief: Belief,
): readonly Assessed[] {
  const assessed = candidatesOf(neighbours).map((near, i) => {
    const candidate = {
      cosine: near.cosine,
      rivalCosine: rivalOf(near, neighbours),
      verified: verified?.[i] ?? null,
      pair: pairFeatures(prompt, near.prompt, near.cosine),
    }
    return { near, assessment: assessCandidate(belief.model, candidate, belief.sameReading) }
  })
  return assessed.sort((a, b) => boundOf(b.assessment) - boundOf(a.assessment))
}

/** The best candidate, if it may be served. */
export function chooseHit(assessed: readonly Assessed[], { maxFalseHitRate }: Belief): Assessed | undefined {
  const [best] = assessed
  return best !== undefined && boundOf(best.assessment) >= 1 - maxFalseHitRate ? best : undefined
}

/** Lower bound of P(the kept answer is right); what a guard holds back is never right. */
export function boundOf(assessment: Assessment): number {
  return assessment.kind === 'guarded' ? 0 : assessment.lowerBound
}

/** The next one down the list that gives another answer. */
function rivalOf(near: NearEntry, neighbours: readonly NearEntry[]): number | null {
  const below = neighbours.slice(neighbours.findIndex(({ id }) => id === near.id) + 1)
  return below.find(({ answerDigest }) => answerDigest !== near.answerDigest)?.cosine ?? null
}
