import type { Clock } from '../../src/core/clock.js'

export interface VirtualClock extends Clock {
  advance(ms: number): void
  setDate(text: string): void
}

export function createVirtualClock(date = '2026-11-23T12:00:00Z'): VirtualClock {
  let nowMs = 1_000_000
  let epochMs = Date.parse(date)
  return {
    now: () => nowMs,
    epochMs: () => epochMs,
    advance(ms) {
      nowMs += ms
      epochMs += ms
    },
    setDate(text) {
      nowMs += Math.max(0, Date.parse(text) - epochMs)
      epochMs = Date.parse(text)
    },
  }
}
