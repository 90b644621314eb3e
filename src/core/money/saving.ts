import type { PicoUsd } from './money.js'

/**
 * What a request did not cost, and why: an answer that was kept (`exact`, `semantic`) or being made for another (`joined`),
 * a cheaper model chosen by `routing`, tokens read from the provider's own `prompt-cache` (less what writing them cost).
 */
export interface Saving {
  readonly cause: SavingCause
  /** Below 0 only of a `prompt-cache` that was written to more than it was read. */
  readonly amount: PicoUsd
}

export const SAVING_CAUSES = ['exact', 'semantic', 'joined', 'routing', 'prompt-cache'] as const

export type SavingCause = (typeof SAVING_CAUSES)[number]
