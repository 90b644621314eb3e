/** A stream of random numbers that a seed decides: mulberry32, turned into a normal distribution by Box and Muller. */
export interface RandomWeights {
  /** `size` numbers with mean 0 and this standard deviation. */
  normal(size: number, deviation: number): Float32Array
}

export function createRandomWeights(seed: number): RandomWeights {
  let state = seed >>> 0
  /** In (0, 1). */
  function uniform(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32
  }
  return {
    normal(size, deviation) {
      const weights = new Float32Array(size)
      for (let index = 0; index < size; index += 2) {
        const radius = deviation * Math.sqrt(-2 * Math.log(uniform()))
        const angle = 2 * Math.PI * uniform()
        weights[index] = radius * Math.cos(angle)
        if (index + 1 < size) weights[index + 1] = radius * Math.sin(angle)
      }
      return weights
    },
  }
}
