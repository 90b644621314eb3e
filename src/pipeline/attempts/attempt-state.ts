import { type BreakerBoard, createBreakerBoard } from '../../attempts/breaker-board.js'
import { createShareLimit, type ShareLimit } from '../../attempts/share-limit.js'

/** What the attempts of all requests have in common. It outlives changes of the configuration. */
export interface AttemptState {
  readonly breakers: BreakerBoard
  readonly retries: ShareLimit
  /** From 0 to 1. */
  readonly random: () => number
}

/** Retries are counted against the traffic of so long. */
const RETRY_WINDOW_MS = 10_000
/** A gateway with little traffic may retry all the same: so often in that time. */
const RETRY_RESERVE = 20

export function createAttemptState(random: () => number): AttemptState {
  return {
    breakers: createBreakerBoard(),
    retries: createShareLimit({ windowMs: RETRY_WINDOW_MS, reserve: RETRY_RESERVE }),
    random,
  }
}
