/** Draws that a seed decides. */
export interface Random {
  /** True in this share of the draws. */
  chance(share: number): boolean
  pick<T>(items: readonly T[]): T
  /** So many different items, in random order. */
  distinct<T>(items: readonly T[], count: number): T[]
}

/** mulberry32. The seed is a text, hashed by FNV-1a. */
export function createRandom(seed: string): Random {
  let state = 0x811c9dc5
  for (let at = 0; at < seed.length; at++) state = Math.imul(state ^ seed.charCodeAt(at), 0x01000193) >>> 0

  /** In [0, 1). */
  function uniform(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  function distinct<T>(items: readonly T[], count: number): T[] {
    const rest = [...items]
    return Array.from({ length: Math.min(count, rest.length) }, () =>
      rest.splice(Math.floor(uniform() * rest.length), 1),
    ).flat()
  }

  return {
    chance: (share) => uniform() < share,
    pick(items) {
      const [item] = distinct(items, 1)
      if (item === undefined) throw new Error('There is nothing to pick from.')
      return item
    },
    distinct,
  }
}
