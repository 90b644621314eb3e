import { describe, expect, test } from 'vitest'
import { PAIR_FEATURES, pairFeatures } from '../../src/core/pair-features.js'

describe('pair features', () => {
  test('come in the order of their names', () => {
    expect(Object.keys(pairFeatures('a', 'b', 0.5))).toEqual([...PAIR_FEATURES])
  })

  test.each(['', ' ', '?', '\ud800', 'word'])('are finite for %j beside itself and beside a question', (text) => {
    for (const other of [text, 'How do I boil an egg?']) {
      for (const value of Object.values(pairFeatures(text, other, 0.5))) expect(value).toSatisfy(Number.isFinite)
    }
  })
})
