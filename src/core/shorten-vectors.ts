/**
 * The first `to` numbers of each vector, divided by their norm: how embedders that were trained for it give shorter
 * vectors.
 * @param vectors row-major `[rows, from]`
 * @returns row-major `[rows, to]`
 */
export function shortenVectors(vectors: Float32Array, from: number, to: number): Float32Array {
  const rows = vectors.length / from
  const shortened = new Float32Array(rows * to)
  for (let row = 0; row < rows; row += 1) {
    const cut = vectors.subarray(row * from, row * from + to)
    let squares = 0
    for (const value of cut) squares += value * value
    // What is zero all over stays so.
    const factor = squares === 0 ? 1 : 1 / Math.sqrt(squares)
    for (let column = 0; column < to; column += 1) shortened[row * to + column] = (cut[column] ?? 0) * factor
  }
  return shortened
}
