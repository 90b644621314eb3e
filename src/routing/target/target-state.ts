import { thresholdForQuality } from './quality-threshold.js'
import type { RoutingCurve } from './routing-curve.js'
import { SHARE_WINDOW, thresholdForShare } from './share-threshold.js'

/** What the operator aims at. */
export type RoutingTarget =
  | { readonly quality: number }
  | { readonly strongShare: number }
  | { readonly threshold: number }

/** What is known of scores and their meaning before any traffic. */
export interface RoutingBelief {
  readonly curve: RoutingCurve
  /** Scores as they may come at first; not empty. */
  readonly reference: readonly number[]
}

/** Where a target stands. Plain data; whatever changes it makes another one. */
export interface TargetState {
  /** Of real prompts, newest last. */
  readonly scores: readonly number[]
  /** Strong calls that a share of strong calls owes (above 0) or had too many. */
  readonly debt: number
  readonly threshold: number
  /** Decisions since the threshold was worked out. */
  readonly age: number
}

/** A decision that nothing but the target made. */
export interface TargetDecision {
  /** Undefined: nobody could score the prompt. */
  readonly score: number | undefined
  readonly isStrong: boolean
}

const KEPT_SCORES = 1000
/** Real scores, from which on the reference counts little: a window of shares takes what it lacks, qualities always this many. */
const REFERENCE_COUNTS = 100
const RENEW_EVERY = 10
/** More is forgiven, or a long time of nothing but hard prompts would be followed by one of nothing but cheap answers. */
const MOST_DEBT = 200

export function startTarget(target: RoutingTarget, belief: RoutingBelief): TargetState {
  return renewThreshold({ scores: [], debt: 0, threshold: 0, age: 0 }, target, belief)
}

/** To be used when target or belief have changed as well. */
export function renewThreshold(state: TargetState, target: RoutingTarget, belief: RoutingBelief): TargetState {
  return { ...state, age: 0, threshold: thresholdFor(state, target, belief) }
}

export function observeDecision(
  state: TargetState,
  { isStrong, score }: TargetDecision,
  target: RoutingTarget,
  belief: RoutingBelief,
): TargetState {
  const owed = 'strongShare' in target ? state.debt + target.strongShare - (isStrong ? 1 : 0) : 0
  const next = {
    ...state,
    scores: score === undefined ? state.scores : [...state.scores.slice(1 - KEPT_SCORES), score],
    debt: Math.min(MOST_DEBT, Math.max(-MOST_DEBT, owed)),
    age: state.age + 1,
  }
  return next.age < RENEW_EVERY ? next : renewThreshold(next, target, belief)
}

/** Real scores, and the reference as far as they are too few. */
export function scoresToGoBy({ scores }: Pick<TargetState, 'scores'>, reference: readonly number[]): readonly number[] {
  return [...scores, ...thinned(reference, REFERENCE_COUNTS)]
}

function thresholdFor(
  { debt, scores }: TargetState,
  target: RoutingTarget,
  { curve, reference }: RoutingBelief,
): number {
  if ('threshold' in target) return target.threshold
  if ('quality' in target) return thresholdForQuality(curve, scoresToGoBy({ scores }, reference), target.quality)
  const newest = scores.slice(-SHARE_WINDOW)
  return thresholdForShare([...newest, ...thinned(reference, SHARE_WINDOW - newest.length)], target.strongShare, debt)
}

/** So many of sorted scores, evenly. */
function thinned(scores: readonly number[], count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => scores[Math.floor(((at + 0.5) * scores.length) / count)] ?? 0)
}
