import type { Outcome, UnavailableReason } from './inference-pool.js'

/** What a caller waits for. The first answer counts; later ones (a result after the deadline) are dropped. */
export class Ticket<T, Refusal = never> {
  readonly promise: Promise<Outcome<T> | Refusal>
  readonly #onRefused: (reason: UnavailableReason) => void
  #resolve: ((outcome: Outcome<T> | Refusal) => void) | undefined

  constructor(onRefused: (reason: UnavailableReason) => void) {
    this.#onRefused = onRefused
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  get isSettled(): boolean {
    return this.#resolve === undefined
  }

  answer(value: T): void {
    this.#settle({ kind: 'done', value })
  }

  refuse(reason: UnavailableReason): void {
    if (this.isSettled) return
    this.#onRefused(reason)
    this.#settle({ kind: 'unavailable', reason })
  }

  /** Refused for a reason that is the caller's own, and no sign of trouble. */
  decline(refusal: Refusal): void {
    this.#settle(refusal)
  }

  #settle(outcome: Outcome<T> | Refusal): void {
    this.#resolve?.(outcome)
    this.#resolve = undefined
  }
}
