import { describe, expect, test } from 'vitest'
import { groupByLength } from '../../workers/length-groups.js'
import { createRandom } from './support/random.js'

describe('groupByLength', () => {
  test('has no group for nothing', () => {
    expect(groupByLength([])).toEqual([])
  })

  test('puts similar lengths together, whatever their order', () => {
    expect(groupByLength([250, 12, 10, 240, 60, 14])).toEqual([[2, 1, 5], [4], [3, 0]])
  })

  test('does not make a run larger than it is good for', () => {
    const groups = groupByLength(new Array<number>(100).fill(256))
    expect(groups.map((group) => group.length)).toEqual([...new Array<number>(12).fill(8), 4])
  })

  test('has a place for a row of any length', () => {
    expect(groupByLength([8192, 1, 8192])).toEqual([[1], [0], [2]])
  })

  test('has every row once and pads by a quarter or 8 tokens at most', () => {
    const random = createRandom(11)
    for (let round = 0; round < 100; round++) {
      const lengths = Array.from({ length: random.below(60) }, () => 1 + random.below(random.pick([20, 300, 3000])))
      const groups = groupByLength(lengths)
      expect(groups.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()])
      for (const group of groups) {
        const own = group.map((index) => lengths[index] ?? 0)
        const shortest = Math.min(...own)
        expect(Math.max(...own)).toBeLessThanOrEqual(shortest + Math.max(8, shortest / 4))
      }
    }
  })
})
