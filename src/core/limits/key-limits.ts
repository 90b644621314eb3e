import type { PicoUsd } from '../money/money.js'

/** What a key may use; null: as much as it likes. */
export interface KeyLimits {
  readonly requestsPerMinute: number | null
  readonly tokensPerMinute: number | null
  /** Requests under way at once. */
  readonly maxConcurrent: number | null
  /** Days and months are those of UTC. */
  readonly budgetPerDay: PicoUsd | null
  readonly budgetPerMonth: PicoUsd | null
}

/** Why a request may not be served, and when it will be. */
export type Refusal =
  | { readonly reason: 'requests' | 'tokens'; readonly limit: number; readonly waitMs: number }
  | { readonly reason: 'concurrency'; readonly limit: number }
  | { readonly reason: 'budget-day' | 'budget-month'; readonly limit: PicoUsd; readonly renewsAtMs: number }

/** How a key stands with its limits per minute, for the headers of an answer. Null: it has no such limit. */
export interface Standing {
  readonly requests: MeterStanding | null
  readonly tokens: MeterStanding | null
}

export interface MeterStanding {
  readonly limit: number
  /** Whole ones that may be used at once. */
  readonly remaining: number
  /** Until all of the limit may be used again. */
  readonly resetMs: number
}
