export interface Neighbour {
  /** Row of the vectors. */
  readonly index: number
  readonly cosine: number
}

/** Rows compared before others get a turn: about a millisecond for short vectors, ten for long streams. */
const ROWS_PER_TURN = 64

/**
 * For each row the `count` rows before it with the highest cosine, best first. Every pair is compared, so time grows
 * with the square of the rows: 20,000 take about a minute.
 * @param vectors row-major, each of length one
 */
export async function nearestEarlier(
  vectors: Float32Array,
  { dimension, count, onRow }: { dimension: number; count: number; onRow: (done: number) => void },
): Promise<readonly (readonly Neighbour[])[]> {
  const rows = vectors.length / dimension
  const nearest: Neighbour[][] = []
  for (let row = 0; row < rows; row++) {
    nearest.push(nearestOf(vectors, row, dimension, count))
    if (row % ROWS_PER_TURN !== 0) continue
    onRow(row)
    await new Promise((resolve) => setImmediate(resolve))
  }
  onRow(rows)
  return nearest
}

function nearestOf(vectors: Float32Array, row: number, dimension: number, count: number): Neighbour[] {
  const best: Neighbour[] = []
  let worst = -Infinity
  for (let index = 0; index < row; index++) {
    const cosine = cosineOf(vectors, row * dimension, index * dimension, dimension)
    if (best.length === count && cosine <= worst) continue
    const place = best.findIndex((other) => cosine > other.cosine)
    best.splice(place === -1 ? best.length : place, 0, { index, cosine })
    if (best.length > count) best.pop()
    worst = best.at(-1)?.cosine ?? -Infinity
  }
  return best
}

/** Four sums at a time: one would make each addition wait for the one before it. */
function cosineOf(vectors: Float32Array, a: number, b: number, dimension: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < dimension; i += 4) {
    first += (vectors[a + i] ?? 0) * (vectors[b + i] ?? 0)
    second += (vectors[a + i + 1] ?? 0) * (vectors[b + i + 1] ?? 0)
    third += (vectors[a + i + 2] ?? 0) * (vectors[b + i + 2] ?? 0)
    fourth += (vectors[a + i + 3] ?? 0) * (vectors[b + i + 3] ?? 0)
  }
  for (; i < dimension; i++) first += (vectors[a + i] ?? 0) * (vectors[b + i] ?? 0)
  return Math.min(1, first + second + third + fourth)
}
