import type { LabelledRow } from '../../../src/core/hit-model/fit-logistic.js'
import { sigmoid } from '../../../src/core/hit-model/log-odds.js'
import { dot, type Vector } from '../../../src/core/hit-model/symmetric-matrix.js'

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A standard normal number (Box & Muller). */
export const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Rows whose labels follow these coefficients, the intercept first. Each row is a cluster of its own. */
export function drawRows(truth: Vector, count: number, random: () => number): readonly LabelledRow[] {
  return Array.from({ length: count }, (_, cluster) => {
    const values = truth.map((_, i) => (i === 0 ? 1 : normal(random)))
    return { values, label: random() < sigmoid(dot(values, truth)) ? 1 : 0, cluster }
  })
}
