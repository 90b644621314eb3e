import { describe, expect, test } from 'vitest'
import { createKeyRing, type KeyRing, type PickedKey } from '../../src/attempts/key-ring.js'

function pick(ring: KeyRing, nowMs: number, model = 'm'): PickedKey {
  const key = ring.pick(model, nowMs)
  if (key === undefined) throw new Error('The ring has no key.')
  return key
}

describe('a ring of keys', () => {
  test('gives them in turn', () => {
    const ring = createKeyRing(['a', 'b', 'c'])
    expect([0, 1, 2, 3].map(() => pick(ring, 0).value)).toEqual(['a', 'b', 'c', 'a'])
  })

  test('without keys gives none, and with one always that', () => {
    expect(createKeyRing([]).pick('m', 0)).toBeUndefined()
    const ring = createKeyRing(['a'])
    expect([pick(ring, 0).value, pick(ring, 0).value]).toEqual(['a', 'a'])
  })

  test('leaves a limited key alone for its time, for that model', () => {
    const ring = createKeyRing(['a', 'b'])
    ring.limited(pick(ring, 0), 'm', 5000, 0)
    expect([1, 2, 3].map((nowMs) => pick(ring, nowMs).value)).toEqual(['b', 'b', 'b'])
    expect([ring.free('m', 1), ring.free('other', 1)]).toEqual([1, 2])
    expect(new Set([pick(ring, 1, 'other').value, pick(ring, 1, 'other').value])).toEqual(new Set(['a', 'b']))
    expect(new Set([pick(ring, 5000).value, pick(ring, 5000).value])).toEqual(new Set(['a', 'b']))
  })

  test('leaves a refused key alone for all models', () => {
    const ring = createKeyRing(['a', 'b'])
    ring.refused(pick(ring, 0), 0)
    expect([pick(ring, 1, 'x').value, pick(ring, 1, 'y').value]).toEqual(['b', 'b'])
    expect(ring.free('x', 60_000)).toBe(2)
  })

  test('gives the key that is back first when all rest, and says so', () => {
    const ring = createKeyRing(['a', 'b'])
    ring.limited(pick(ring, 0), 'm', 9000, 0)
    ring.limited(pick(ring, 0), 'm', 4000, 0)
    expect(pick(ring, 1000)).toEqual({ value: 'b', position: 1, restsForMs: 3000, reason: 'limited' })
    expect(ring.free('m', 1000)).toBe(0)
  })

  test('remembers a bounded number of models', () => {
    const ring = createKeyRing(['a', 'b'])
    for (let index = 0; index < 5000; index += 1) ring.limited(pick(ring, 0), `m${index}`, 1000, 0)
    expect(ring.free('m0', 1)).toBe(1)
    expect(ring.free('m4999', 1)).toBe(2)
    // Once those are over there is room again.
    ring.limited(pick(ring, 2000), 'm4999', 1000, 2000)
    expect(ring.free('m4999', 2001)).toBe(1)
  })
})
