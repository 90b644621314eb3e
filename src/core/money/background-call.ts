import type { Usage } from '../usage.js'
import type { PicoUsd } from './money.js'

/** A call that the gateway made for itself and not for a client. */
export interface BackgroundCall {
  readonly cause: BackgroundCause
  readonly provider: string
  readonly model: string
  readonly usage: Usage | undefined
  /** Undefined: not known. */
  readonly cost: PicoUsd | undefined
}

/**
 * `audit`: a fresh answer to compare a kept one with; `judge`: a model compares two answers; `shadow`: what the model that
 * was not chosen would have said.
 */
export type BackgroundCause = 'audit' | 'judge' | 'shadow'
