import type { Outcome, UnavailableReason } from './inference-pool.js'

/** What a caller waits for. The first answer counts; later ones (a result after the deadline) are dropped. */
export class Ticket<T> {
  readonly promise: Promise<Outcome<T>>
  readonly #onRefused: (reason: UnavailableReason) => void
  #resolve: ((outcome: Outcome<T>) => void) | undefined

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

  #settle(outcome: Outcome<T>): void {
    this.#resolve?.(outcome)
    this.#resolve = undefined
  }
}
