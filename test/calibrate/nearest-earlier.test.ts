import { expect, test } from 'vitest'
import { nearestEarlier } from '../../src/calibrate/nearest-earlier.js'
import { createRandom, normal } from '../core/hit-model/random-rows.js'

const DIMENSION = 7

function unitRows(count: number): Float32Array {
  const random = createRandom(1)
  const rows = Array.from({ length: count }, () => {
    const row = Array.from({ length: DIMENSION }, () => normal(random))
    return row.map((value) => value / Math.hypot(...row))
  })
  return Float32Array.from(rows.flat())
}

test('each row finds the nearest ones before it, best first, and none after it', async () => {
  const vectors = unitRows(150)
  const rowOf = (index: number) => Array.from(vectors.subarray(index * DIMENSION, (index + 1) * DIMENSION))
  const cosine = (a: number, b: number) => rowOf(a).reduce((sum, value, i) => sum + value * (rowOf(b)[i] ?? 0), 0)
  const progress: number[] = []
  const found = await nearestEarlier(vectors, { dimension: DIMENSION, count: 4, onRow: (done) => progress.push(done) })
  expect(found[0]).toEqual([])
  expect(found[2]).toHaveLength(2)
  found.forEach((neighbours, row) => {
    const sorted = Array.from({ length: row }, (_, index) => index).toSorted((a, b) => cosine(row, b) - cosine(row, a))
    expect(neighbours.map(({ index }) => index)).toEqual(sorted.slice(0, 4))
    for (const neighbour of neighbours) expect(neighbour.cosine).toBeCloseTo(cosine(row, neighbour.index), 5)
  })
  expect(progress.at(-1)).toBe(150)
})
