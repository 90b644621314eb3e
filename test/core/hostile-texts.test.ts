import { describe, expect, test } from 'vitest'
import { pairFeatures } from '../../src/core/pair-features.js'
import { promptTraits } from '../../src/core/prompt-traits.js'
import { promptWords } from '../../src/core/prompt-words.js'

/** Texts that make a careless pattern step back over a long run again and again; 100 KB each. */
const PIECES = [
  'a',
  'A',
  'aB',
  '_',
  'a_',
  '.',
  '...x ',
  '"',
  "'",
  " '",
  '`',
  '\n',
  ' ',
  '\t',
  '-',
  ' --a',
  '/',
  '/a',
  '../',
  '1',
  '1,',
  '1.',
  '1 - ',
  'one ',
  'twenty-',
  'hundred and ',
  'please ',
  'can you please tell me how to ',
  'turn the ',
  'turn on ',
  'not ',
  "n't ",
  'a@',
  'a.b(',
  'http://',
  'C:\\',
  '天',
  '😀',
  '\ud800',
  '\u0301',
  '{[(',
  'A) ',
  'to from ',
  'x y z ',
]
const SIZE = 100_000
const long = (piece: string, size = SIZE): string => piece.repeat(Math.ceil(size / piece.length)).slice(0, size)

/** Distinct words, so that no set stays small. */
const manyWords = (size: number, suffix: string): string =>
  Array.from({ length: size / 10 }, (_, at) => `w${at.toString(36)}${suffix}`).join(' ')

// A quadratic pattern takes minutes here and runs into the test's own limit; linear ones take milliseconds.
describe('hostile texts of 100 KB are read in a reasonable time', () => {
  test.each(PIECES)('the traits of many %j', (piece) => {
    for (const value of Object.values(promptTraits(long(piece)))) expect(value).toSatisfy(Number.isFinite)
  })

  test.each([...PIECES, 'a1'])('the words of many %j', (piece) => {
    const { buckets, counts } = promptWords(long(piece))
    expect(buckets.length).toBeLessThanOrEqual(2047)
    expect(counts).toHaveLength(buckets.length)
  })

  test.each(PIECES)('the pair features of many %j beside others', (piece) => {
    for (const other of [`${long(piece)}!`, '?']) {
      for (const value of Object.values(pairFeatures(long(piece), other, 0.5))) expect(value).toSatisfy(Number.isFinite)
    }
  })

  test('two texts of ten thousand different words', () => {
    expect(pairFeatures(manyWords(SIZE, 'a'), manyWords(SIZE, 'b'), 0.5).contentReplaced).toBe(1)
    expect(pairFeatures(manyWords(SIZE, 'Aa'), manyWords(SIZE, 'Bb'), 0.5).identifiersDiffer).toBe(1)
  })
})
