import type { Clock } from '../core/clock.js'
import type { UnavailableReason } from './inference-pool.js'

interface Waiter {
  readonly isSettled: boolean
  refuse(reason: UnavailableReason): void
}

/**
 * Refuses as late whoever has no answer when its deadline passes. One timer for all: under load it fires once in a
 * deadline's length, and a timer for each would cost more than the rest of the way.
 */
export class Deadlines {
  readonly #clock: Clock
  readonly #onLate: () => void
  /** In the order they came, which is nearly that of their deadlines. */
  readonly #waiters = new Map<Waiter, number>()
  #timer: NodeJS.Timeout | undefined
  #firesAt = Number.POSITIVE_INFINITY

  constructor(clock: Clock, onLate: () => void) {
    this.#clock = clock
    this.#onLate = onLate
  }

  watch(waiter: Waiter, deadlineAt: number): void {
    this.#waiters.set(waiter, deadlineAt)
    if (deadlineAt < this.#firesAt) this.#arm(deadlineAt)
  }

  /** To be called for everybody watched who got an answer: what is answered must not be kept. */
  forget(waiter: Waiter): void {
    this.#waiters.delete(waiter)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#waiters.clear()
  }

  #arm(deadlineAt: number): void {
    clearTimeout(this.#timer)
    this.#firesAt = deadlineAt
    // A timer may fire up to a millisecond early; the next sweep would then be due at once, again and again.
    this.#timer = setTimeout(() => this.#sweep(), Math.max(0, deadlineAt - this.#clock.now()) + 1)
    this.#timer.unref()
  }

  #sweep(): void {
    const now = this.#clock.now()
    let next = Number.POSITIVE_INFINITY
    let late = 0
    for (const [waiter, deadlineAt] of this.#waiters) {
      if (deadlineAt > now) {
        next = Math.min(next, deadlineAt)
        continue
      }
      late += 1
      this.#waiters.delete(waiter)
      waiter.refuse('late')
    }
    this.#firesAt = Number.POSITIVE_INFINITY
    if (next < Number.POSITIVE_INFINITY) this.#arm(next)
    if (late > 0) this.#onLate()
  }
}
