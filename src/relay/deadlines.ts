import type { Clock } from '../core/clock.js'

/**
 * Several deadlines on one timer. Moving a deadline later, as every chunk of a stream does, costs an assignment: the
 * timer fires at the old time, sees that nothing has expired, and sleeps again.
 */
export interface Deadlines<Kind extends string> {
  /** Sets or moves a deadline to `ms` from `now`. */
  set(kind: Kind, ms: number, now: number): void
  clear(kind: Kind): void
  clearAll(): void
}

export function createDeadlines<Kind extends string>(clock: Clock, onExpire: (kind: Kind) => void): Deadlines<Kind> {
  const due = new Map<Kind, number>()
  let timer: NodeJS.Timeout | undefined
  let timerAt = Infinity

  function arm(at: number, now: number): void {
    clearTimeout(timer)
    timerAt = at
    // A timer may fire a fraction of a millisecond early; rounding up spares a second round.
    timer = setTimeout(wake, Math.max(1, Math.ceil(at - now)))
  }

  function wake(): void {
    timer = undefined
    timerAt = Infinity
    const now = clock.now()
    for (const [kind, at] of due) {
      if (at <= now && due.delete(kind)) onExpire(kind)
    }
    if (due.size > 0) arm(Math.min(...due.values()), clock.now())
  }

  return {
    set(kind, ms, now) {
      const at = now + ms
      due.set(kind, at)
      if (at < timerAt) arm(at, now)
    },
    clear(kind) {
      due.delete(kind)
    },
    clearAll() {
      due.clear()
      clearTimeout(timer)
      timerAt = Infinity
    },
  }
}
