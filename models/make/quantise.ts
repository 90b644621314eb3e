/** A matrix as 8-bit integers, each row or column with a scale of its own: `value ≈ quantised · scale`. */
export interface Quantised {
  readonly values: Int8Array
  readonly scales: Float32Array
}

const LARGEST = 127

/** Symmetric, so that the zero point is 0. `matrix` is row-major `[rows, columns]`. */
export function quantise(matrix: Float32Array, columns: number, axis: 'row' | 'column'): Quantised {
  const groups = axis === 'row' ? matrix.length / columns : columns
  const groupOf = (index: number): number => (axis === 'row' ? Math.floor(index / columns) : index % columns)
  const scales = new Float32Array(groups)
  matrix.forEach((value, index) => {
    const group = groupOf(index)
    scales[group] = Math.max(scales[group] ?? 0, Math.abs(value) / LARGEST)
  })
  const values = Int8Array.from(matrix, (value, index) => {
    const scale = scales[groupOf(index)] ?? 0
    return scale === 0 ? 0 : Math.round(value / scale)
  })
  return { values, scales }
}
