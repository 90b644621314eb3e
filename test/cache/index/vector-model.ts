import type { Neighbour } from '../../../src/cache/index/vector-index.js'

/** What an index has to find, by comparing to everything. */
export class VectorModel {
  readonly entries = new Map<string, { readonly partition: string; readonly vector: Float32Array }>()

  add(id: string, partition: string, vector: Float32Array): void {
    this.entries.set(id, { partition, vector })
  }

  remove(id: string): boolean {
    return this.entries.delete(id)
  }

  search(partition: string, vector: Float32Array, k: number): readonly Neighbour[] {
    return [...this.entries]
      .filter(([, entry]) => entry.partition === partition)
      .map(([id, entry]) => ({ id, cosine: cosineOf(entry.vector, vector) }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, k)
  }
}

export function cosineOf(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, component, at) => sum + component * (b[at] ?? 0), 0)
}

/** The same seed, the same draws in [0, 1). */
export function createUniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Unit length: a centre of few, and something of its own. */
export function clusteredVector(dimension: number, centres: number, uniform: () => number): Float32Array {
  const centre = createUniform(Math.floor(uniform() * centres) + 1)
  return unit(Float32Array.from({ length: dimension }, () => centre() - 0.5 + 0.8 * (uniform() - 0.5)))
}

export function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(cosineOf(vector, vector))
  return vector.map((component) => component / length)
}
