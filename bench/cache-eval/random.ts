/** mulberry32: the same seed, the same draws, in [0, 1). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

/** The place of the first of these cumulative weights that is above the draw. */
export function placeOf(cumulative: readonly number[], random: () => number): number {
  const draw = random() * (cumulative.at(-1) ?? 0)
  const place = cumulative.findIndex((sum) => sum > draw)
  return place === -1 ? cumulative.length - 1 : place
}
