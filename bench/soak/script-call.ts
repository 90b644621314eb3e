import { placeOf } from '../cache-eval/random.js'

/** How a provider deals with one call. */
export type CallScript = 'well' | 'overloaded' | 'failing' | 'limited' | 'reset' | 'cut' | 'error-event' | 'stall'

/** Of a hundred calls. */
const SHARES: readonly (readonly [CallScript, number])[] = [
  ['well', 93],
  ['overloaded', 1],
  ['failing', 1],
  ['limited', 1],
  ['reset', 1],
  ['cut', 1.5],
  ['error-event', 1],
  ['stall', 0.5],
]

const CUMULATIVE = SHARES.map((_, at) => SHARES.slice(0, at + 1).reduce((sum, [, share]) => sum + share, 0))

export function drawScript(random: () => number): CallScript {
  return SHARES[placeOf(CUMULATIVE, random)]?.[0] ?? 'well'
}
