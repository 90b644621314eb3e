import type { GatewayError } from '../../core/errors.js'

type Listener = (cut?: GatewayError) => void

/** Those who wait for an answer, as one: they have all gone, or the gateway has to cut them off. */
export interface Waiting {
  /** Nothing need be done for them any more. */
  readonly over: boolean
  /** The error that cut them off. */
  readonly cut: GatewayError | undefined
  /** Calls the listener when it is over, at once if it is. @returns lets go of the listener */
  watch(listener: Listener): () => void
}

/** @param onGone tells the one listener it takes */
export function createWaiting(onGone: (listener: Listener) => void): Waiting {
  const listeners = new Set<Listener>()
  const waiting = {
    over: false,
    cut: undefined as GatewayError | undefined,
    watch(listener: Listener) {
      if (waiting.over) listener(waiting.cut)
      else listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  onGone((error) => {
    waiting.over = true
    waiting.cut ??= error
    for (const listener of [...listeners]) listener(waiting.cut)
  })
  return waiting
}

/** Resolves after the time, or at once when nobody waits any more. */
export function pause(waiting: Waiting, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(wake, ms)
    const release = waiting.watch(wake)
    function wake(): void {
      clearTimeout(timer)
      release?.()
      resolve()
    }
  })
}
