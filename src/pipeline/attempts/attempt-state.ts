import { type BreakerBoard, createBreakerBoard } from '../../attempts/breaker-board.js'
import { createFirstTokenTimes, type FirstTokenTimes } from '../../attempts/first-token-times.js'
import { createShareLimit, type ShareLimit } from '../../attempts/share-limit.js'

/** What the attempts of all requests have in common. It outlives changes of the configuration. */
export interface AttemptState {
  readonly breakers: BreakerBoard
  readonly retries: ShareLimit
  readonly hedges: ShareLimit
  readonly firstTokens: FirstTokenTimes
  /** From 0 to 1. */
  readonly random: () => number
}

/** Retries are counted against the traffic of so long. */
const RETRY_WINDOW_MS = 10_000
/** A gateway with little traffic may retry all the same: so often in that time. */
const RETRY_RESERVE = 20

/** Second calls are counted against the traffic of so long, and cost money: there is no reserve. */
const HEDGE_WINDOW_MS = 60_000

export function createAttemptState(random: () => number): AttemptState {
  return {
    breakers: createBreakerBoard(),
    retries: createShareLimit({ windowMs: RETRY_WINDOW_MS, reserve: RETRY_RESERVE }),
    hedges: createShareLimit({ windowMs: HEDGE_WINDOW_MS, reserve: 0 }),
    firstTokens: createFirstTokenTimes(),
    random,
  }
}
