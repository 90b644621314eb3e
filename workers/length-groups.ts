/** Padding a row by so many tokens costs less than another run of the network does. */
const CHEAP_PADDING = 8

/** Tokens of one run, padding included: more do not make it faster per token, and take memory. */
const MAX_TOKENS = 2048

/**
 * Indices of the rows, in groups to run together: rows of similar length, so that little is padded. `lengths` are in
 * tokens. Every index is in one group.
 */
export function groupByLength(lengths: readonly number[]): number[][] {
  const groups: number[][] = []
  let group: number[] = []
  for (const index of shortestFirst(lengths)) {
    const shortest = lengths[group[0] ?? index] ?? 0
    const length = lengths[index] ?? 0
    const fits = length <= shortest + Math.max(CHEAP_PADDING, shortest / 4) && (group.length + 1) * length <= MAX_TOKENS
    if (!fits && group.length > 0) {
      groups.push(group)
      group = []
    }
    group.push(index)
  }
  if (group.length > 0) groups.push(group)
  return groups
}

function shortestFirst(lengths: readonly number[]): number[] {
  return [...lengths.keys()].sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0))
}
