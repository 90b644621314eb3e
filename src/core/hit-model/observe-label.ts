import type { Posterior } from './fit-logistic.js'
import { sigmoid } from './log-odds.js'
import { dot, type Matrix, multiply, plusOuter, quadratic, type Vector } from './symmetric-matrix.js'

export interface Observation {
  /** As `designRow` makes it. */
  readonly row: Vector
  /** 1: the kept answer was right. */
  readonly label: 0 | 1
  /** Probability that the judge of answers errs, either way or each way; in [0, 0.5). */
  readonly labelNoise: number | LabelNoise
}

/** How often a judge takes what is right for wrong, and what is wrong for right. */
export interface LabelNoise {
  readonly wrongOfRight: number
  readonly rightOfWrong: number
}

export interface LearningOptions {
  /** Weight of the past at each observation, in (0, 1]; 1 forgets nothing, 0.999 remembers about a thousand labels. */
  readonly forgetting: number
  /** Of the prior. What is forgotten never leaves less than that. */
  readonly widest: Matrix
}

/** A single label moves the log-odds by no more than this many of its own standard deviations. */
const LONGEST_MOVE = 3
const STEPS = 20

/**
 * The posterior after one more label, without going over the old ones: the mode moves along Σx, where one dimension is
 * left to search, and the covariance loses a rank-one part (Spiegelhalter & Lauritzen 1990, "Sequential updating of
 * conditional probabilities on directed graphical structures"). A label that may be wrong says less: its likelihood is
 * (1 − α) p + β (1 − p), and its Fisher information replaces the curvature, which need not be positive.
 *
 * A row that is not finite changes nothing.
 */
export function observeLabel(posterior: Posterior, observation: Observation, learning?: LearningOptions): Posterior {
  const { row, label, labelNoise } = observation
  const before = learning === undefined ? posterior : forget(posterior, row, learning)
  const spread = multiply(before.covariance, row)
  const variance = dot(row, spread)
  if (!Number.isFinite(variance) || variance <= 0) return posterior
  const start = dot(before.mean, row)
  const noise = typeof labelNoise === 'number' ? { wrongOfRight: labelNoise, rightOfWrong: labelNoise } : labelNoise
  const eta = settle(start, variance, label, noise)
  const { information } = noisyLikelihood(eta, label, noise)
  const move = (eta - start) / variance
  return {
    mean: before.mean.map((value, i) => value + move * (spread[i] ?? 0)),
    covariance: plusOuter(before.covariance, spread, -information / (1 + information * variance)),
  }
}

/**
 * Only along the row that is about to be learnt: directions that labels no longer speak of would otherwise be forgotten
 * without anything in their place (Kulhavý 1987, "Restricted exponential forgetting in real-time identification").
 */
function forget(posterior: Posterior, row: Vector, { forgetting, widest }: LearningOptions): Posterior {
  const spread = multiply(posterior.covariance, row)
  const variance = dot(row, spread)
  const goal = Math.min(variance / forgetting, quadratic(widest, row))
  if (!(goal > variance && variance > 0)) return posterior
  return { ...posterior, covariance: plusOuter(posterior.covariance, spread, (goal - variance) / variance ** 2) }
}

/** The log-odds that are most probable after the label: Fisher scoring on (η − start)² / 2 variance − ln likelihood. */
function settle(start: number, variance: number, label: 0 | 1, noise: LabelNoise): number {
  const reach = LONGEST_MOVE * Math.sqrt(variance)
  let eta = start
  for (let step = 0; step < STEPS; step++) {
    const { slope, information } = noisyLikelihood(eta, label, noise)
    const next = eta + (slope - (eta - start) / variance) / (information + 1 / variance)
    const held = Math.min(start + reach, Math.max(start - reach, next))
    if (Math.abs(held - eta) < 1e-10) return held
    eta = held
  }
  return eta
}

/** Slope of the label's log likelihood in the log-odds, and its expected curvature. */
function noisyLikelihood(eta: number, label: 0 | 1, noise: LabelNoise): { slope: number; information: number } {
  const p = sigmoid(eta)
  // Without noise change / spread is 1; written out, it is 0 / 0 once p is 1.
  if (noise.wrongOfRight === 0 && noise.rightOfWrong === 0) return { slope: label - p, information: p * (1 - p) }
  const seen = 1 - noise.wrongOfRight - noise.rightOfWrong
  const q = noise.rightOfWrong + seen * p
  const change = seen * p * (1 - p)
  const spread = Math.max(q * (1 - q), Number.MIN_VALUE)
  return { slope: (change * (label - q)) / spread, information: (change * change) / spread }
}
