import type { EmbedRefusal, Outcome } from '../../src/inference/inference-pool.js'

/** @throws Error when the pool could not: what is not done must not look fast. */
export function done<T>(outcome: Outcome<T> | EmbedRefusal): T {
  if (outcome.kind === 'unavailable') throw new Error(`The pool answered: ${outcome.reason}.`)
  if (outcome.kind !== 'done') throw new Error(`The pool answered: ${outcome.kind}.`)
  return outcome.value
}
