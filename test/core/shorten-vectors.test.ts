import { expect, test } from 'vitest'
import { shortenVectors } from '../../src/core/shorten-vectors.js'

test('each vector is cut and has unit length again', () => {
  const shortened = shortenVectors(new Float32Array([3, 4, 12, 0.6, -0.8, 0]), 3, 2)
  const expected = [0.6, 0.8, 0.6, -0.8]
  expect([...shortened].map((value) => Number(value.toFixed(6)))).toEqual(expected)
})

test('a vector that is zero where it is kept stays zero', () => {
  expect([...shortenVectors(new Float32Array([0, 0, 1]), 3, 2)]).toEqual([0, 0])
})
