import type { HedgeRules, PipelineDeps } from '../deps.js'
import type { Place } from './place.js'

/** Second calls against late answers, as far as one request is concerned. */
export interface Hedging {
  /** How long an answer of this place may let us wait before a second call is made; undefined: as long as it likes. */
  afterMs(place: Place): number | undefined
  /** May a second call be made now? If so, it counts as made. */
  take(): boolean
  /** An answer of this place let us wait so long for its beginning. */
  note(place: Place, ms: number): void
}

/** A whole answer begins when it ends. */
export type HedgedKind = 'stream' | 'whole'

const NO_HEDGING: Hedging = { afterMs: () => undefined, take: () => false, note() {} }

export function startHedging(
  { attempts, clock }: Pick<PipelineDeps, 'attempts' | 'clock'>,
  rules: HedgeRules,
  kind: HedgedKind | undefined,
): Hedging {
  if (!rules.enabled || kind === undefined) return NO_HEDGING
  const { firstTokens, hedges } = attempts
  const nameOf = ({ target }: Place): string => `${kind} ${target.provider} ${target.upstreamName}`
  hedges.note(clock.now())
  return {
    afterMs: (place) => firstTokens.quantile(nameOf(place), rules.percentile, clock.now()),
    take: () => hedges.take(rules.maxExtraShare, clock.now()),
    note: (place, ms) => firstTokens.note(nameOf(place), ms, clock.now()),
  }
}
