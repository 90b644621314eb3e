import type { KeyLimits, Refusal, Standing } from '../core/limits/key-limits.js'
import type { Spend } from '../core/limits/spend.js'
import type { PicoUsd } from '../core/money/money.js'

/**
 * Counts what keys use, and says when one has used up its limits. What others have to be asked for comes as a promise, all
 * else at once. Nothing rejects or throws.
 */
export interface Limiter {
  /** One more request of this key begins. */
  admit(key: LimitedKey): Admission | Promise<Admission>
  /** Of a key, as far as this gateway knows. */
  usage(key: LimitedKey): KeyUsage
  /** Resolves when what was spent is where it outlives this process. */
  close(): Promise<void>
}

export interface LimitedKey {
  /** Limits hold for the name: a key that is replaced under its name goes on with what was used. */
  readonly name: string
  readonly limits: KeyLimits
}

export type Admission =
  | { readonly kind: 'admitted'; readonly visit: KeyVisit }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly standing: Standing }

/** An admitted request. It counts as under way until it is settled. */
export interface KeyVisit {
  /** Takes what the request will probably use; undefined: it may. To be called once at most. */
  reserve(tokens: number): Refusal | undefined | Promise<Refusal | undefined>
  standing(): Standing
  /** What it used in the end. The first call counts. */
  settle(used: { readonly tokens: number; readonly cost: PicoUsd }): void
}

export interface KeyUsage {
  /** Of this gateway. */
  readonly concurrent: number
  readonly standing: Standing
  readonly spend: Readonly<Spend>
}
