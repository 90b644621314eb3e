import type { PickedKey } from '../../attempts/key-ring.js'
import type { Flaw } from '../../attempts/why-inadequate.js'
import type { GatewayError } from '../../core/errors.js'
import type { ModelSpec } from '../../core/model-spec.js'
import type { AttemptCause, AttemptReason, Detour } from '../../core/request-record.js'
import type { ProviderRuntime } from '../deps.js'

/** Where an answer may come from. */
export interface Place {
  readonly target: ModelSpec
  readonly provider: ProviderRuntime
  /** Absent: it is the one that was chosen. */
  readonly detour?: Detour
}

/** Why an attempt is made. */
export interface Occasion {
  readonly cause: AttemptCause
  readonly reason?: AttemptReason | undefined
  readonly insteadOf?: string | undefined
}

/** One attempt, as the one who makes it is told. */
export interface Go {
  readonly occasion: Occasion
  readonly key: PickedKey | undefined
  /** Left of the time for the whole answer. */
  readonly totalMs: number
  /** To be asked when the answer begins. False: it is not wanted any more, and must not be shown. */
  readonly begin: () => boolean
  /**
   * Whether a better answer shall be looked for than one with such a flaw, as long as nothing of it is shown. Undefined:
   * whatever comes is taken, and nobody need look.
   */
  readonly rejects: ((flaw: Flaw) => boolean) | undefined
  /** Another attempt has taken its place. */
  readonly isCancelled: () => boolean
  /** Calls the listener when the attempt is to be given up, at once if so, with an error when the gateway has to cut. */
  readonly onGone: (listener: (cut?: GatewayError) => void) => void
}

/** Makes one attempt. */
export type Call<Answer> = (go: Go) => Promise<CallOutcome<Answer>>

export type CallOutcome<Answer> = AttemptOutcome<Answer> | RejectedAnswer<Answer>

/** All of it is there and nothing of it has been shown. It is still better than none. */
export interface RejectedAnswer<Answer> {
  readonly kind: 'rejected'
  readonly flaw: Flaw
  readonly answer: Answer
}

export type AttemptOutcome<Answer> =
  | { readonly kind: 'complete'; readonly answer: Answer }
  /** Nothing has been shown. */
  | { readonly kind: 'failed'; readonly error: GatewayError }
  /** The client has been told inside the answer. */
  | { readonly kind: 'broken'; readonly error: GatewayError }
  | { readonly kind: 'client-gone' }
