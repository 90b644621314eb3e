/** Mean of the token vectors in `[tokens, dimension]` at `offset`; only the first `count` tokens are real. */
export function meanPool(states: Float32Array, offset: number, count: number, target: Float32Array): void {
  const dimension = target.length
  target.fill(0)
  for (let token = 0; token < count; token++) {
    const start = offset + token * dimension
    for (let i = 0; i < dimension; i++) target[i] = (target[i] ?? 0) + (states[start + i] ?? 0)
  }
  scale(target, 1 / Math.max(1, count))
}

/** Adds a vector to another, element by element. */
export function addInto(target: Float32Array, vector: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + (vector[i] ?? 0)
}

export function scale(vector: Float32Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) * factor
}

/** Divides by the L2 norm. A vector without a direction stays, or becomes, zero: a NaN would poison every sum after. */
export function normalise(vector: Float32Array): void {
  let squares = 0
  for (const value of vector) squares += value * value
  const norm = Math.sqrt(squares)
  if (Number.isFinite(norm) && norm > 0) scale(vector, 1 / norm)
  else vector.fill(0)
}
