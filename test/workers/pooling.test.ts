import { describe, expect, test } from 'vitest'
import { addInto, meanPool, normalise, scale } from '../../workers/pooling.js'

describe('meanPool', () => {
  const states = Float32Array.of(9, 9, 1, 2, 3, 4, 50, 60)

  test('averages the real tokens and no padding', () => {
    const target = new Float32Array(2)
    meanPool(states, 2, 2, target)
    expect([...target]).toEqual([2, 3])
  })

  test('gives the first token if asked for one', () => {
    const target = Float32Array.of(7, 7)
    meanPool(states, 2, 1, target)
    expect([...target]).toEqual([1, 2])
  })

  test('gives zero for no token', () => {
    const target = Float32Array.of(7, 7)
    meanPool(states, 2, 0, target)
    expect([...target]).toEqual([0, 0])
  })
})

describe('normalise', () => {
  test('makes the length 1', () => {
    const vector = Float32Array.of(3, -4)
    normalise(vector)
    expect(vector).toEqual(Float32Array.of(0.6, -0.8))
  })

  test.each([
    ['zero', [0, 0]],
    ['not a number', [Number.NaN, 1]],
    ['infinite', [Number.POSITIVE_INFINITY, 1]],
  ])('makes a vector that is %s zero, never NaN', (_, values) => {
    const vector = Float32Array.from(values)
    normalise(vector)
    expect([...vector]).toEqual([0, 0])
  })

  test('does not overflow or lose a direction at the ends of float32', () => {
    for (const value of [1e-30, 1e30]) {
      const vector = Float32Array.of(value, value)
      normalise(vector)
      expect(vector[0]).toBeCloseTo(Math.SQRT1_2, 6)
    }
  })
})

test('vectors are added and scaled in place', () => {
  const target = Float32Array.of(1, 2)
  addInto(target, Float32Array.of(3, 4))
  scale(target, 0.5)
  expect([...target]).toEqual([2, 3])
})
