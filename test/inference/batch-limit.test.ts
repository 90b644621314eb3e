import { describe, expect, test } from 'vitest'
import { BatchLimit } from '../../src/inference/batch-limit.js'

function admitted(limits: { maxRows: number; maxTokens: number }, lengths: readonly number[]): readonly number[] {
  const limit = new BatchLimit(limits)
  return lengths.filter((length) => limit.admit(1, length))
}

describe('a batch', () => {
  test.each([
    ['always has room for the first', { maxRows: 8, maxTokens: 10 }, [500], [500]],
    ['ends with its rows', { maxRows: 2, maxTokens: 1000 }, [5, 5, 5], [5, 5]],
    ['counts what padding adds', { maxRows: 8, maxTokens: 120 }, [20, 20, 40, 40], [20, 20, 40]],
    ['keeps texts of similar length together', { maxRows: 8, maxTokens: 9999 }, [50, 100, 101, 20], [50, 100]],
    ['does not mind padding among short ones', { maxRows: 8, maxTokens: 9999 }, [2, 32, 33], [2, 32]],
  ])('%s', (_, limits, lengths, expected) => {
    expect(admitted(limits, lengths)).toEqual(expected)
  })

  test('knows what the network computes, padding included', () => {
    const limit = new BatchLimit({ maxRows: 8, maxTokens: 9999 })
    for (const length of [10, 20, 30]) limit.admit(1, length)
    expect(limit.paddedTokens).toBe(90)
  })
})
