import type { Interval } from '../../src/core/hit-model/wilson-interval.js'

export interface Estimate extends Interval {
  readonly value: number
}

/**
 * A figure with its 95 % interval: that of the same figure over so many resamplings of what is independent (Efron's
 * percentiles). `figure` takes how often each row counts.
 */
export function bootstrap(options: {
  /** Of each row: the unit it belongs to. */
  readonly units: readonly number[]
  readonly rounds: number
  readonly random: () => number
  readonly figure: (weights: Float64Array) => number
}): Estimate {
  const { figure, random, rounds, units } = options
  const count = units.reduce((most, unit) => Math.max(most, unit), -1) + 1
  const value = figure(new Float64Array(units.length).fill(1))
  const drawn = Array.from({ length: rounds }, () => {
    const times = new Float64Array(count)
    for (let draw = 0; draw < count; draw += 1) {
      const unit = Math.floor(random() * count)
      times[unit] = (times[unit] ?? 0) + 1
    }
    return figure(Float64Array.from(units, (unit) => times[unit] ?? 0))
  })
  return { value, ...middle(drawn) }
}

/** Where the middle 95 % lie. */
export function middle(values: readonly number[]): Interval {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b)
  const at = (part: number): number => {
    const place = part * (sorted.length - 1)
    const [below, above] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN]
    return below + (place - Math.floor(place)) * (above - below)
  }
  return { low: at(0.025), high: at(0.975) }
}

/** Numbers of the units, for `bootstrap`. */
export function unitsOf(names: readonly string[]): readonly number[] {
  const places = new Map<string, number>()
  return names.map((name) => {
    const place = places.get(name) ?? places.size
    places.set(name, place)
    return place
  })
}
