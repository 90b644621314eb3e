import { describe, expect, test } from 'vitest'
import {
  formatDollars,
  formatMs,
  formatRate,
  formatShare,
  NOTHING,
  withoutZeros,
} from '../../src/page/format/numbers.js'
import { formatDuration } from '../../src/page/format/times.js'

describe('figures are short, and say what they are', () => {
  test.each([
    [0, '0.00 ms'],
    [0.314, '0.31 ms'],
    [9.996, '10.0 ms'],
    [12.34, '12.3 ms'],
    [99.96, '100 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [12_340, '12.3 s'],
    [null, NOTHING],
  ])('%s ms is %s', (ms, text) => expect(formatMs(ms)).toBe(text))

  test.each([
    [0, '0'],
    [0.04, '0'],
    [7.9, '7.9'],
    [100, '100'],
    [12_345.6, '12,346'],
    [null, NOTHING],
  ])('%s a second is %s', (rate, text) => expect(formatRate(rate)).toBe(text))

  test.each([
    [0, '0 %'],
    [0.00001, '< 0.1 %'],
    [0.05, '5 %'],
    [0.1234, '12.3 %'],
    [1, '100 %'],
    [null, NOTHING],
  ])('a share of %s is %s', (share, text) => expect(formatShare(share)).toBe(text))

  test.each([
    ['0', '$0'],
    ['0.000000000001', '$0.000000000001'],
    ['0.00003123', '$0.000031'],
    ['0.1', '$0.1'],
    ['0.999', '$1'],
    ['4.5', '$4.50'],
    ['1234.5', '$1,235'],
    ['-0.0123', '−$0.012'],
    [null, NOTHING],
  ])('%s dollars are %s', (usd, text) => expect(formatDollars(usd)).toBe(text))

  test.each([
    ['100 ms', '100 ms'],
    ['10.0 ms', '10 ms'],
    ['1.00 s', '1 s'],
    ['0.10 ms', '0.1 ms'],
    ['$0.05', '$0.05'],
    ['$4.50', '$4.5'],
    ['2,000', '2,000'],
  ])('on an axis %s is %s', (text, short) => expect(withoutZeros(text)).toBe(short))

  test.each([
    [59, '59 s'],
    [60, '1 min'],
    [3900, '1 h 5 min'],
    [190_000, '2 d 4 h'],
  ])('%s seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))
})
