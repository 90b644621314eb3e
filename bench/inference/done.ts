import type { Outcome } from '../../src/inference/inference-pool.js'

/** @throws Error when the pool could not: what is not done must not look fast. */
export function done<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'unavailable') throw new Error(`The pool answered: ${outcome.reason}.`)
  return outcome.value
}
