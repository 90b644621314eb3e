import type { Clock } from '../../core/clock.js'
import type { HitProbability } from '../../core/hit-model/hit-model.js'
import type { PromptMasker } from '../masking/prompt-masker.js'
import {
  type Assessed,
  assessAll,
  type Belief,
  boundOf,
  CANDIDATES,
  candidatesOf,
  chooseHit,
  compareAll,
} from './choose-hit.js'
import type { NearEntry, SemanticIndex } from './semantic-index.js'

/** Which kept answer, if any, answers a prompt that was never asked in these words. */
export interface SemanticTier {
  /** Fingerprint of the embedding model. */
  readonly embedder: string
  /** Longer prompts are cut before they are embedded, so that equal vectors prove nothing. */
  readonly maxTokens: number
  /** What may be kept in place of a prompt that may not. Null: nothing, and only the very same request is answered. */
  mask(prompt: string): string | null
  find(question: SemanticQuestion, rules: SemanticRules): Promise<Finding>
}

export interface SemanticQuestion {
  readonly partition: string
  readonly prompt: string
  readonly vector: Float32Array
  readonly maxAgeMs: number
}

export type SemanticRules =
  | { readonly mode: 'off' }
  /** The plain cosine cut: no guard, no bound. */
  | { readonly mode: 'threshold'; readonly threshold: number }
  | { readonly mode: 'bounded'; readonly maxFalseHitRate: number }

export interface Finding {
  /** Cosine of the nearest entry; undefined: there is none. */
  readonly similarity: number | undefined
  readonly hit: SemanticHit | undefined
  /** The candidate that most probably asks the same, served or not. */
  readonly near: { readonly entry: string; readonly bound: number | undefined } | undefined
  /** The best candidate that was not served, for learning from the answer that comes anyway. */
  readonly nearMiss: Assessed | undefined
}

export interface SemanticHit {
  readonly id: string
  readonly cosine: number
  /** Undefined in mode threshold, which knows none. */
  readonly assessed: Assessed | undefined
  readonly confidence: HitProbability | undefined
}

export interface SemanticTierOptions {
  readonly index: SemanticIndex
  readonly embedder: string
  readonly maxTokens: number
  readonly clock: Clock
  /** P(the answer to one answers the other) of each pair; null: cannot be had, now or ever. */
  readonly verify: (pairs: readonly VerifiedPair[]) => Promise<readonly number[] | null>
  /** False: there is no verifier, and the belief was fitted without one. */
  readonly hasVerifier: boolean
  readonly masker: PromptMasker
  /** Null: nothing is known of hits, so none is served in mode bounded. */
  readonly belief: () => Belief | null
}

interface VerifiedPair {
  readonly a: string
  readonly b: string
  readonly cosine: number
}

const NOTHING: Finding = { similarity: undefined, hit: undefined, near: undefined, nearMiss: undefined }

export function createSemanticTier(options: SemanticTierOptions): SemanticTier {
  const { clock, embedder, index, maxTokens } = options
  return {
    embedder,
    maxTokens,
    mask: options.masker.mask,
    async find(question, rules) {
      if (rules.mode === 'off') return NOTHING
      const now = clock.epochMs()
      const neighbours = index
        .nearest(question.partition, question.vector, now)
        .filter(({ storedAtMs }) => now - storedAtMs <= question.maxAgeMs)
      const [nearest] = neighbours
      if (nearest === undefined) return NOTHING
      if (rules.mode === 'threshold') return cut(nearest, rules.threshold)
      const finding = await bounded(question, neighbours, rules.maxFalseHitRate)
      return { ...finding, similarity: nearest.cosine }
    },
  }

  /** What was learnt may make the bound tighter than it was configured, never looser. */
  function beliefFor(maxFalseHitRate: number): Belief | null {
    const belief = options.belief()
    return belief && { ...belief, maxFalseHitRate: Math.min(maxFalseHitRate, belief.maxFalseHitRate) }
  }

  /** The nearest with their prompts, as far as these are masked and can be read. */
  function readable(prompt: string, neighbours: readonly NearEntry[]): readonly NearEntry[] {
    const read = options.masker.readerFor(prompt)
    return neighbours.map((near, place) =>
      place >= CANDIDATES || near.prompt !== null || near.masked === null
        ? near
        : { ...near, prompt: read(near.masked) },
    )
  }

  async function bounded(
    { prompt }: SemanticQuestion,
    found: readonly NearEntry[],
    maxFalseHitRate: number,
  ): Promise<Omit<Finding, 'similarity'>> {
    const belief = beliefFor(maxFalseHitRate)
    const neighbours = readable(prompt, found)
    const pairs = candidatesOf(neighbours).map(({ cosine, prompt: kept }) => ({ a: prompt, b: kept, cosine }))
    if (belief === null || pairs.length === 0) return NOTHING
    const verifying = options.hasVerifier ? options.verify(pairs) : Promise.resolve(null)
    // The pairs are on their way to their thread by then, and the prompts are compared here meanwhile.
    await Promise.resolve()
    const compared = compareAll(prompt, neighbours)
    const verified = await verifying
    // A belief that was fitted with a verifier says nothing without it: fail close to a miss.
    if (options.hasVerifier && verified === null) return NOTHING
    const assessed = assessAll(compared, verified, belief)
    const chosen = chooseHit(assessed, belief)
    const [best] = assessed
    const near = best && { entry: best.near.id, bound: boundOf(best, belief) }
    if (chosen === undefined) return { hit: undefined, near, nearMiss: best }
    return { hit: hitOf(chosen, belief), near, nearMiss: undefined }
  }
}

function cut(nearest: NearEntry, threshold: number): Finding {
  const { cosine, id } = nearest
  const hit = cosine >= threshold ? { id, cosine, assessed: undefined, confidence: undefined } : undefined
  return { similarity: cosine, hit, near: { entry: id, bound: undefined }, nearMiss: undefined }
}

function hitOf(assessed: Assessed, belief: Belief): SemanticHit {
  const { assessment, near } = assessed
  const mean = assessment.kind === 'guarded' ? 0 : assessment.mean
  return { id: near.id, cosine: near.cosine, assessed, confidence: { mean, lowerBound: boundOf(assessed, belief) } }
}
