import type { ModelSpec } from '../../core/model-spec.js'
import { costOf } from '../../core/money/cost-of.js'
import type { PicoUsd } from '../../core/money/money.js'
import type { ModelPair } from '../../routing/model-pair.js'
import { qualityAt, thresholdForQuality } from '../../routing/target/quality-threshold.js'
import type { RoutingCurve } from '../../routing/target/routing-curve.js'
import { thresholdForShare } from '../../routing/target/share-threshold.js'
import type { RoutingTarget } from '../../routing/target/target-state.js'
import type { ScoredPrompt } from './score-prompts.js'

/** What prompts like these would bring and cost at one threshold. */
export interface RoutingFigures {
  readonly threshold: number
  readonly strongShare: number
  /** Of the strong model's alone: expected by the curve. */
  readonly expectedQuality: number
  /** The same by the labels; undefined: there are none. */
  readonly foundQuality: number | undefined
  /** Undefined: a price is not known. */
  readonly costPerThousand: PicoUsd | undefined
}

export interface FiguresOptions {
  readonly prompts: readonly ScoredPrompt[]
  readonly curve: RoutingCurve
  /** Null: there are no two models to choose between. */
  readonly pair: ModelPair | null
  /** An assumption. */
  readonly answerTokens: number
  readonly epochMs: number
}

export function figuresAt(threshold: number, options: FiguresOptions): RoutingFigures {
  const { curve, prompts } = options
  const scores = prompts.map(({ score }) => score)
  return {
    threshold,
    strongShare: scores.filter((score) => score >= threshold).length / scores.length,
    expectedQuality: qualityAt(curve, scores, threshold),
    foundQuality: foundAt(threshold, prompts),
    costPerThousand: costAt(threshold, options),
  }
}

/** From nothing but cheap answers to nothing but strong ones. */
export function curveOfFigures(options: FiguresOptions): readonly RoutingFigures[] {
  const scores = options.prompts.map(({ score }) => score)
  const thresholds = Array.from({ length: 11 }, (_, step) => thresholdForShare(scores, step / 10, 0))
  const rows = thresholds.map((threshold) => figuresAt(threshold, options))
  // Equal scores, or few prompts, make several shares one.
  return rows.filter(({ strongShare }, at) => strongShare !== rows[at - 1]?.strongShare)
}

export function thresholdFor(target: RoutingTarget, { curve, prompts }: FiguresOptions): number {
  const scores = prompts.map(({ score }) => score)
  if ('threshold' in target) return target.threshold
  return 'quality' in target
    ? thresholdForQuality(curve, scores, target.quality)
    : thresholdForShare(scores, target.strongShare, 0)
}

function foundAt(threshold: number, prompts: readonly ScoredPrompt[]): number | undefined {
  let [got, best] = [0, 0]
  for (const { label, score } of prompts) {
    if (label === undefined) continue
    got += score >= threshold ? label.strong : label.cheap
    best += label.strong
  }
  return best === 0 ? undefined : got / best
}

function costAt(threshold: number, { answerTokens, epochMs, pair, prompts }: FiguresOptions): PicoUsd | undefined {
  if (pair === null) return undefined
  let sum = 0n
  for (const { promptTokens, score } of prompts) {
    const { prices = [] }: ModelSpec = score >= threshold ? pair.strong : pair.cheap
    const cost = costOf({ inputTokens: promptTokens, outputTokens: answerTokens }, prices, epochMs)
    if (cost === undefined) return undefined
    sum += cost
  }
  return (sum * 1000n) / BigInt(prompts.length)
}
