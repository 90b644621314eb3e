import { type Assessment, assessCandidate } from '../../core/hit-model/assess-candidate.js'
import type { Candidate } from '../../core/hit-model/candidate-features.js'
import type { HitModel } from '../../core/hit-model/hit-model.js'
import { logOdds, sigmoid } from '../../core/hit-model/log-odds.js'
import type { SameRecords } from '../../core/hit-model/same-reading.js'
import { featuresBeside } from '../../core/pair-features.js'
import type { NearEntry } from './semantic-index.js'

/** What the gateway believes of its hits at this moment. */
export interface Belief extends SameRecords {
  readonly model: HitModel
  /** A hit is served only if the lower bound of P(right) is at least 1 − this. */
  readonly maxFalseHitRate: number
  /** What an entry's own labels add to the log-odds of its bound; never above 0. */
  readonly offsetOf: (entryId: string) => number
}

/** A kept prompt that may ask the same, with what is thought of it. */
export interface Assessed {
  readonly near: NearEntry
  readonly assessment: Assessment
}

/** So many of the nearest are looked at closely: the right one is rarely further down. */
export const CANDIDATES = 3

/** The candidates of a prompt among its neighbours: live, and with a prompt to compare with. */
export function candidatesOf(neighbours: readonly NearEntry[]): readonly (NearEntry & { readonly prompt: string })[] {
  return neighbours
    .flatMap((near) => (near.prompt === null ? [] : [{ ...near, prompt: near.prompt }]))
    .slice(0, CANDIDATES)
}

/** A candidate beside the prompt, all but for what the verifier says. */
export interface Compared {
  readonly near: NearEntry
  readonly features: Omit<Candidate, 'verified'>
}

/** In the order of `candidatesOf`. */
export function compareAll(prompt: string, neighbours: readonly NearEntry[]): readonly Compared[] {
  const featuresOf = featuresBeside(prompt)
  return candidatesOf(neighbours).map((near) => ({
    near,
    features: {
      cosine: near.cosine,
      rivalCosine: rivalOf(near, neighbours),
      pair: featuresOf(near.prompt, near.cosine),
    },
  }))
}

/**
 * What is thought of each candidate, most probably right first.
 *
 * @param verified the verifier's probabilities, in the same order; null: there is no verifier
 */
export function assessAll(
  compared: readonly Compared[],
  verified: readonly number[] | null,
  belief: Belief,
): readonly Assessed[] {
  const assessed = compared.map(({ features, near }, i) => {
    const candidate = { ...features, verified: verified?.[i] ?? null }
    return { near, assessment: assessCandidate(belief.model, candidate, belief) }
  })
  return assessed.sort((a, b) => boundOf(b, belief) - boundOf(a, belief))
}

/** The best candidate, if it may be served. */
export function chooseHit(assessed: readonly Assessed[], belief: Belief): Assessed | undefined {
  const [best] = assessed
  return best !== undefined && boundOf(best, belief) >= 1 - belief.maxFalseHitRate ? best : undefined
}

/** Lower bound of P(the kept answer is right); what a guard holds back is never right. */
export function boundOf({ assessment, near }: Assessed, { offsetOf }: Pick<Belief, 'offsetOf'>): number {
  if (assessment.kind === 'guarded') return 0
  const offset = offsetOf(near.id)
  return offset === 0 ? assessment.lowerBound : sigmoid(logOdds(assessment.lowerBound, LARGEST_LOG_ODDS) + offset)
}

const LARGEST_LOG_ODDS = 20

/** The next one down the list that gives another answer. */
function rivalOf(near: NearEntry, neighbours: readonly NearEntry[]): number | null {
  const below = neighbours.slice(neighbours.findIndex(({ id }) => id === near.id) + 1)
  return below.find(({ answerDigest }) => answerDigest !== near.answerDigest)?.cosine ?? null
}
