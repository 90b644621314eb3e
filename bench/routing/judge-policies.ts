import { bootstrap, type Estimate, middle } from './bootstrap.js'
import { createRecovery, type Outcome } from './recovery.js'

/** The figures of one way to order prompts. */
export interface Judged {
  readonly name: string
  readonly apgr: Estimate
  readonly cpt50: Estimate
  readonly cpt80: Estimate
  readonly apgrByCost: Estimate
  readonly cpt50ByCost: Estimate
  readonly cpt80ByCost: Estimate
  /** With `strongShare` strong calls. */
  readonly quality: Estimate
}

export interface JudgeOptions {
  readonly outcomes: readonly Outcome[]
  readonly units: readonly number[]
  readonly strongShare: number
  readonly rounds: number
  readonly createRandom: () => () => number
}

const SHUFFLES = 200

/** Each policy is resampled alike, so that their intervals can be set beside each other. */
export function judge(name: string, scores: readonly number[], options: JudgeOptions): Judged {
  const { createRandom, outcomes, rounds, strongShare, units } = options
  const recovery = createRecovery(outcomes, scores)
  const estimate = (figure: (weights: Float64Array) => number): Estimate =>
    bootstrap({ units, rounds, random: createRandom(), figure })
  return {
    name,
    apgr: estimate((weights) => recovery.apgr(weights, 'calls')),
    cpt50: estimate((weights) => recovery.callsForPgr(weights, 0.5, 'calls')),
    cpt80: estimate((weights) => recovery.callsForPgr(weights, 0.8, 'calls')),
    apgrByCost: estimate((weights) => recovery.apgr(weights, 'cost')),
    cpt50ByCost: estimate((weights) => recovery.callsForPgr(weights, 0.5, 'cost')),
    cpt80ByCost: estimate((weights) => recovery.callsForPgr(weights, 0.8, 'cost')),
    quality: estimate((weights) => recovery.qualityAt(weights, strongShare)),
  }
}

/** The mean of many lots, and where the middle 95 % of them lie. */
export function judgeShuffles(options: JudgeOptions): Judged {
  const random = options.createRandom()
  const weights = new Float64Array(options.outcomes.length).fill(1)
  const lots = Array.from({ length: SHUFFLES }, () => createRecovery(options.outcomes, options.outcomes.map(random)))
  const spread = (figure: (lot: (typeof lots)[number]) => number): Estimate => {
    const values = lots.map(figure)
    return { value: values.reduce((sum, value) => sum + value, 0) / values.length, ...middle(values) }
  }
  return {
    name: 'shuffle, as many strong calls',
    apgr: spread((lot) => lot.apgr(weights, 'calls')),
    cpt50: spread((lot) => lot.callsForPgr(weights, 0.5, 'calls')),
    cpt80: spread((lot) => lot.callsForPgr(weights, 0.8, 'calls')),
    apgrByCost: spread((lot) => lot.apgr(weights, 'cost')),
    cpt50ByCost: spread((lot) => lot.callsForPgr(weights, 0.5, 'cost')),
    cpt80ByCost: spread((lot) => lot.callsForPgr(weights, 0.8, 'cost')),
    quality: spread((lot) => lot.qualityAt(weights, options.strongShare)),
  }
}
