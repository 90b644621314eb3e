import { describe, expect, test } from 'vitest'
import { formatUsd, parseUsd, picoUsdOf, picoUsdPerToken, usdNumber } from '../../../src/core/money/money.js'

describe('money', () => {
  test.each([
    [0, 0n],
    [0.1, 100_000n],
    [0.0125, 12_500n],
    [0.075, 75_000n],
    [180, 180_000_000n],
    [0.000001, 1n],
  ])('a token at $%d per million costs %d × 10⁻¹² dollars', (price, expected) => {
    expect(picoUsdPerToken(price)).toBe(expected)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 0.0000001])('%d is refused as a price', (price) => {
    expect(() => picoUsdPerToken(price)).toThrow(RangeError)
  })

  test.each([
    [0n, '0'],
    [1n, '0.000000000001'],
    [1_230_000_000n, '0.00123'],
    [12_000_000_000_000n, '12'],
    [-500_000_000_000n, '-0.5'],
  ])('%d is written as %s, and read back', (amount, text) => {
    expect(formatUsd(amount)).toBe(text)
    expect(parseUsd(text)).toBe(amount)
  })

  test('a million sums of a tenth of a cent lose nothing, as floating point would', () => {
    let sum = 0n
    for (let i = 0; i < 1_000_000; i++) sum += picoUsdPerToken(0.1)
    expect(formatUsd(sum)).toBe('0.1')
  })

  test('a configured amount is taken to the micro-dollar', () => {
    expect(picoUsdOf(19.99)).toBe(19_990_000_000_000n)
    expect(usdNumber(picoUsdOf(0.25))).toBe(0.25)
  })

  test.each(['', '1e3', '0.1234567890123', '--1', '1.'])('%j is no amount', (text) => {
    expect(() => parseUsd(text)).toThrow(SyntaxError)
  })
})
