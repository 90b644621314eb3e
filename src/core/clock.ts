/** Time as an argument, so that nothing in the middle reads a clock of its own. */
export interface Clock {
  /** Monotonic milliseconds with a fraction, for measuring. */
  now(): number
  /** Unix time in milliseconds, for showing. */
  epochMs(): number
}
