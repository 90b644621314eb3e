export interface Interval {
  readonly low: number
  readonly high: number
}

const Z_95 = 1.959963984540054

/** Wilson's 95 % score interval of a share (Wilson 1927); of nothing at all it is everything. */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 }
  const share = successes / trials
  const z2 = Z_95 * Z_95
  const centre = share + z2 / (2 * trials)
  const half = Z_95 * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials))
  const whole = 1 + z2 / trials
  return { low: Math.max(0, (centre - half) / whole), high: Math.min(1, (centre + half) / whole) }
}
