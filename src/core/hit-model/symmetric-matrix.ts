/**
 * Small dense matrices: a dozen rows, so plain arrays and loops are fast enough and easy to check. All matrices here
 * are square and, unless it says otherwise, symmetric.
 */
export type Vector = readonly number[]
export type Matrix = readonly Vector[]

export function dot(a: Vector, b: Vector): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

export const multiply = (matrix: Matrix, vector: Vector): number[] => matrix.map((row) => dot(row, vector))

export const diagonal = (values: Vector): Matrix =>
  values.map((value, i) => values.map((_, j) => (i === j ? value : 0)))

export const scaled = (matrix: Matrix, factor: number): Matrix => matrix.map((row) => row.map((x) => x * factor))

/** `a + factor · b`. */
export const plus = (a: Matrix, b: Matrix, factor = 1): Matrix =>
  a.map((row, i) => row.map((x, j) => x + factor * (b[i]?.[j] ?? 0)))

/** `matrix + factor · v vᵀ`. */
export const plusOuter = (matrix: Matrix, v: Vector, factor: number): Matrix =>
  matrix.map((row, i) => row.map((x, j) => x + factor * (v[i] ?? 0) * (v[j] ?? 0)))

export const transposed = (matrix: Matrix): Matrix => matrix.map((_, i) => matrix.map((row) => row[i] ?? 0))

/** Of any two square matrices of one size. */
export function product(a: Matrix, b: Matrix): Matrix {
  const columns = transposed(b)
  return a.map((row) => columns.map((column) => dot(row, column)))
}

export const trace = (matrix: Matrix): number => matrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0)

/** `vᵀ M v`. */
export const quadratic = (matrix: Matrix, v: Vector): number => dot(v, multiply(matrix, v))

export interface Eigen {
  readonly values: Vector
  /** Orthonormal; `vectors[k]` belongs to `values[k]`. */
  readonly vectors: Matrix
}

const SWEEPS = 60

/**
 * Eigenvalues and vectors by Jacobi's rotations: slow for large matrices, accurate for any symmetric one, also when it
 * is singular (Golub & Van Loan, Matrix Computations, §8.5).
 */
export function decompose(matrix: Matrix): Eigen {
  const a = matrix.map((row) => [...row])
  const vectors = diagonal(matrix.map(() => 1)).map((row) => [...row])
  const size = trace(product(matrix, matrix))
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a) > 1e-30 * size; sweep++) {
    for (let p = 0; p < a.length; p++) for (let q = p + 1; q < a.length; q++) rotate(a, vectors, p, q)
  }
  return { values: a.map((row, i) => row[i] ?? 0), vectors }
}

function offDiagonal(a: Matrix): number {
  return a.reduce((sum, row, i) => sum + row.reduce((rest, x, j) => (i === j ? rest : rest + x * x), 0), 0)
}

/** Turns the plane of the axes p and q so that `a[p][q]` becomes 0. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  const apq = a[p]?.[q] ?? 0
  if (apq === 0) return
  const theta = ((a[q]?.[q] ?? 0) - (a[p]?.[p] ?? 0)) / (2 * apq)
  // The smaller root, written so that a huge theta does not overflow.
  const tangent = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const cosine = 1 / Math.hypot(tangent, 1)
  const sine = tangent * cosine
  for (const row of a) turn(row, p, q, cosine, sine)
  turnRows(a, p, q, cosine, sine)
  turnRows(vectors, p, q, cosine, sine)
}

function turn(row: number[], p: number, q: number, cosine: number, sine: number): void {
  const [x, y] = [row[p] ?? 0, row[q] ?? 0]
  row[p] = cosine * x - sine * y
  row[q] = sine * x + cosine * y
}

function turnRows(rows: number[][], p: number, q: number, cosine: number, sine: number): void {
  const [first, second] = [rows[p] ?? [], rows[q] ?? []]
  rows[p] = first.map((x, i) => cosine * x - sine * (second[i] ?? 0))
  rows[q] = first.map((x, i) => sine * x + cosine * (second[i] ?? 0))
}

/** The symmetric matrix with the same axes and `f` of each eigenvalue. */
export function withEigenvalues({ values, vectors }: Eigen, f: (value: number) => number): Matrix {
  return values.reduce<Matrix>(
    (sum, value, k) => plusOuter(sum, vectors[k] ?? [], f(value)),
    values.map(() => values.map(() => 0)),
  )
}

/** Eigenvalues this much smaller than the largest are rounding errors. */
const RELATIVE_FLOOR = 1e-13

/** Inverse of a positive definite matrix; directions that rounding made singular are taken for barely known ones. */
export function invert(matrix: Matrix): Matrix {
  const eigen = decompose(matrix)
  const floor = Math.max(...eigen.values) * RELATIVE_FLOOR
  return withEigenvalues(eigen, (value) => 1 / Math.max(value, floor, Number.MIN_VALUE * 2 ** 60))
}
