import type { PairFeatureName } from '../pair-features.js'
import { logOdds } from './log-odds.js'

/** What is known of one entry of the cache that may answer a prompt. */
export interface Candidate {
  /** Of the sentence vectors, in [−1, 1]. */
  readonly cosine: number
  /**
   * Cosine of the next entry down the list whose answer may differ. Entries that are known to give the same answer are
   * no rivals and must be passed over. Null: there is no other entry, or the candidate was not found by a search.
   */
  readonly rivalCosine: number | null
  /** The verifier's probability; null without a verifier. */
  readonly verified: number | null
  /** `pairFeatures(prompt, cached prompt, cosine)`. */
  readonly pair: Readonly<Record<PairFeatureName, number>>
}

/**
 * The features of the cache's decision, few on purpose: each coefficient is learnt online from audits, which are rare.
 * A fitted model names the columns it wants, so features may be added but a name never changes its meaning.
 *
 * - `closeness`: −ln(1.02 − cosine). The error rate falls by about the same factor each time the distance halves, so
 *   this is nearer to straight in the log-odds than the cosine; 0.02 keeps it finite.
 * - `margin`: cosine − rival's cosine, within [0, 0.3]; 0.3 without a rival.
 * - `verifierLogOdds`: within ±6; 0 without a verifier.
 * - `contentJaccard`: that of `pair-features.ts`.
 *
 * More of the pair's features were tried; the verifier has weighed them already, and with them fewer were served at the
 * same error. Conflicts are guards (`assess-candidate.ts`), not features: a sum would let likeness outvote them.
 */
export const CANDIDATE_FEATURES = ['closeness', 'margin', 'verifierLogOdds', 'contentJaccard'] as const

export type CandidateFeatureName = (typeof CANDIDATE_FEATURES)[number]

const SMALLEST_DISTANCE = 0.02
const WIDEST_MARGIN = 0.3
const VERIFIER_LIMIT = 6

export const marginOf = ({ cosine, rivalCosine }: Pick<Candidate, 'cosine' | 'rivalCosine'>): number =>
  rivalCosine === null ? WIDEST_MARGIN : Math.min(WIDEST_MARGIN, Math.max(0, cosine - rivalCosine))

/** All finite if the candidate's numbers are. */
export function candidateFeatures({
  cosine,
  rivalCosine,
  verified,
  pair,
}: Candidate): Record<CandidateFeatureName, number> {
  return {
    closeness: -Math.log(1 + SMALLEST_DISTANCE - Math.min(1, cosine)),
    margin: marginOf({ cosine, rivalCosine }),
    verifierLogOdds: verified === null ? 0 : logOdds(verified, VERIFIER_LIMIT),
    contentJaccard: pair.contentJaccard,
  }
}
