import type { Vectors } from './index-vectors.js'

/** The highest cosine that each query has with any entry. */
export function bestCosines(entries: Vectors, queries: Vectors): Float32Array {
  const best = new Float32Array(queries.count).fill(-1)
  // Entries outside, so that each is read from memory once.
  for (let n = 0; n < entries.count; n++) {
    const entry = entries.at(n)
    for (let q = 0; q < queries.count; q++) best[q] = Math.max(best[q] ?? -1, dot(entry, queries.at(q)))
  }
  return best
}

/** Four sums at once: half as long as with one. */
export function dot(a: Float32Array | Int8Array, b: Float32Array | Int8Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let at = 0; at < a.length; at += 4) {
    s0 += (a[at] ?? 0) * (b[at] ?? 0)
    s1 += (a[at + 1] ?? 0) * (b[at + 1] ?? 0)
    s2 += (a[at + 2] ?? 0) * (b[at + 2] ?? 0)
    s3 += (a[at + 3] ?? 0) * (b[at + 3] ?? 0)
  }
  return s0 + s1 + s2 + s3
}
