/** Something that has one more write to do; answers false when it needs no further turn. */
export interface Paced {
  step(): boolean
  /** Milliseconds on the clock of `performance.now()`. */
  dueMs: number
  readonly gapMs: number
}

const SLOTS = 4096
const LAST = SLOTS - 1

/**
 * One timer for all streams. Each keeps its own phase (due times are added up, not measured), so that streams that
 * began apart stay apart, and a late tick is made up for.
 */
export function createPacedWrites(): { add(item: Paced): void } {
  const slots: Paced[][] = Array.from({ length: SLOTS }, () => [])
  let count = 0
  let doneMs = 0

  function place(item: Paced): void {
    const atMs = Math.max(Math.ceil(item.dueMs), doneMs + 1)
    slots[atMs & LAST]?.push(item)
  }

  function tick(): void {
    const nowMs = Math.floor(performance.now())
    while (doneMs < nowMs) {
      doneMs++
      const due = slots[doneMs & LAST] ?? []
      if (due.length === 0) continue
      slots[doneMs & LAST] = []
      for (const item of due) {
        if (Math.ceil(item.dueMs) > doneMs) {
          // A turn of the wheel early: due times further away than the wheel is long wait in their slot.
          place(item)
        } else if (item.step()) {
          item.dueMs += item.gapMs
          place(item)
        } else {
          count--
        }
      }
    }
    if (count > 0) setTimeout(tick, 1)
  }

  return {
    add(item) {
      if (count++ === 0) {
        doneMs = Math.floor(performance.now())
        setTimeout(tick, 1)
      }
      place(item)
    },
  }
}

/** Turns of the event loop shared by everything that writes at full speed: one write each a turn. */
export function createFullSpeedWrites(): { add(step: () => boolean): void } {
  let active: (() => boolean)[] = []
  let running = false

  function turn(): void {
    active = active.filter((step) => step())
    running = active.length > 0
    if (running) setImmediate(turn)
  }

  return {
    add(step) {
      active.push(step)
      if (!running) {
        running = true
        setImmediate(turn)
      }
    },
  }
}
