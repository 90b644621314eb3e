import { describe, expect, test } from 'vitest'
import { fitTokens, MAX_WINDOWS } from '../../workers/fit-tokens.js'

const ids = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('fitTokens', () => {
  test.each(['head', 'head-tail', 'windows'] as const)('%s leaves what fits alone', (longText) => {
    expect(fitTokens([], 4, longText)).toEqual([[]])
    expect(fitTokens(ids(4), 4, longText)).toEqual([[0, 1, 2, 3]])
  })

  test('head keeps the beginning', () => {
    expect(fitTokens(ids(9), 4, 'head')).toEqual([[0, 1, 2, 3]])
  })

  test('head-tail keeps both ends; an odd token goes to the head', () => {
    expect(fitTokens(ids(9), 4, 'head-tail')).toEqual([[0, 1, 7, 8]])
    expect(fitTokens(ids(9), 5, 'head-tail')).toEqual([[0, 1, 2, 7, 8]])
    expect(fitTokens(ids(9), 1, 'head-tail')).toEqual([[0]])
  })

  test('windows cover everything, overlap evenly and are all full', () => {
    expect(fitTokens(ids(5), 4, 'windows')).toEqual([
      [0, 1, 2, 3],
      [1, 2, 3, 4],
    ])
    for (let count = 5; count <= 4 * MAX_WINDOWS; count++) {
      const windows = fitTokens(ids(count), 4, 'windows')
      expect(windows).toHaveLength(Math.ceil(count / 4))
      expect(windows.every((window) => window.length === 4)).toBe(true)
      expect(new Set(windows.flat()).size).toBe(count)
    }
  })

  test('the number of windows is bounded, and both ends are among them', () => {
    const windows = fitTokens(ids(1_000_000), 100, 'windows')
    expect(windows).toHaveLength(MAX_WINDOWS)
    expect(windows[0]?.[0]).toBe(0)
    expect(windows.at(-1)?.at(-1)).toBe(999_999)
  })
})
