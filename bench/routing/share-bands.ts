/** How a share of strong calls was kept along a stream. */
export interface ShareBands {
  /** Of each disjoint 5,000 and 1,000 decisions; what is left over at the end is not counted. */
  readonly of5000: readonly number[]
  readonly of1000: readonly number[]
  /** The largest distance of any 5,000 decisions in a row; undefined: there are not as many. */
  readonly farthestOf5000: number | undefined
  /** After each change of the mix: decisions until all following windows of 1,000 are within 5 points. */
  readonly backInBandAfter: readonly number[]
}

const [LONG, SHORT] = [5000, 1000]
const SHORT_BAND = 0.05

/** @param changes places at which another mix begins */
export function measureBands(calls: readonly boolean[], goal: number, changes: readonly number[]): ShareBands {
  const sums = [0]
  for (const isStrong of calls) sums.push((sums.at(-1) ?? 0) + (isStrong ? 1 : 0))
  const share = (from: number, length: number): number => ((sums[from + length] ?? 0) - (sums[from] ?? 0)) / length
  const disjoint = (length: number): number[] =>
    Array.from({ length: Math.floor(calls.length / length) }, (_, at) => share(at * length, length))
  const starts = (length: number): number[] =>
    Array.from({ length: Math.max(0, calls.length - length + 1) }, (_, at) => at)
  const distances = starts(LONG).map((from) => Math.abs(share(from, LONG) - goal))
  return {
    of5000: disjoint(LONG),
    of1000: disjoint(SHORT),
    farthestOf5000: distances.length === 0 ? undefined : Math.max(...distances),
    backInBandAfter: changes.map((change, at) => {
      const until = changes[at + 1] ?? calls.length
      const outside = starts(SHORT).filter(
        (from) => from >= change && from + SHORT <= until && Math.abs(share(from, SHORT) - goal) > SHORT_BAND,
      )
      return outside.length === 0 ? 0 : (outside.at(-1) ?? change) - change + 1
    }),
  }
}
