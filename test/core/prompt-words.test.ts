import { describe, expect, test } from 'vitest'
import { promptWords, WORD_BUCKETS } from '../../src/core/prompt-words.js'

/** Each bucket with its count. */
function bag(text: string): Map<number, number> {
  const { buckets, counts } = promptWords(text)
  expect(counts).toHaveLength(buckets.length)
  return new Map(buckets.map((bucket, at) => [bucket, counts[at] ?? 0]))
}

const total = (text: string) => promptWords(text).counts.reduce((sum, count) => sum + count, 0)

describe('the words of a prompt', () => {
  // The shipped classifier was trained on these numbers: a change here asks for a new training.
  test.each<[string, number[], number[]]>([
    ['hello', [30318], [1]],
    ['hello world', [30318, 22252, 20793], [1, 1, 1]],
    ['Hello hello, HELLO!', [30318, 63842], [3, 2]],
    ['naïve 天 Ω', [699], [1]],
    ['in 1999', [26538, 49152, 38319], [1, 1, 1]],
  ])('of %j are in the buckets they were trained in', (text, buckets, counts) => {
    expect(promptWords(text)).toEqual({ buckets, counts })
  })

  test.each([
    ['case and punctuation', 'What is the capital?', 'what IS: the capital'],
    ['which number of so many digits', 'add 12 and 3456', 'add 98 and 7654'],
    ['how long a long number is', 'add 12345', 'add 123456789'],
    ['the letters of choices', 'Pick one:\nA. red\nB. blue', 'Pick one:\n(C) red\n(D) blue'],
    ['choices with or without letters', 'Pick one:\nA) red\nB) blue', 'Pick one:\nred\nblue'],
  ])('do not tell %s', (_, one, other) => {
    expect(promptWords(one)).toEqual(promptWords(other))
  })

  test.each([
    ['their order', 'dog bites man', 'man bites dog'],
    ['how many digits a number has', 'add 7', 'add 77'],
    ['words that differ in one letter', 'affect', 'effect'],
  ])('tell %s', (_, one, other) => {
    expect(bag(one)).not.toEqual(bag(other))
  })

  test.each(['', ' ', '?', 'a b c', '\ud800', '😀', '\0'])('are none in %j', (text) => {
    expect(promptWords(text)).toEqual({ buckets: [], counts: [] })
  })

  test('fill the buckets evenly', () => {
    const words = Array.from({ length: 20_000 }, (_, at) => `word${letters(at)}`)
    const buckets = words.flatMap((word) => promptWords(word).buckets)
    expect(Math.max(...buckets)).toBeLessThan(WORD_BUCKETS)
    for (const quarter of [0, 1, 2, 3]) {
      const found = buckets.filter((bucket) => Math.floor((bucket / WORD_BUCKETS) * 4) === quarter)
      expect(Math.abs(found.length - 5000)).toBeLessThan(350)
    }
  })
})

describe('the words of a long prompt', () => {
  const filler = (count: number) => Array.from({ length: count }, (_, at) => `filler${letters(at)}`).join(' ')

  test('are those of its start and its end', () => {
    const start = bag('prove the theorem')
    const long = bag(`prove the theorem ${filler(3000)} and then translate it`)
    for (const bucket of [...start.keys(), ...bag('translate it').keys()]) expect(long.has(bucket)).toBe(true)
  })

  test('are at most 1,024 words and 1,023 pairs', () => {
    expect(total(filler(1024))).toBe(2047)
    expect(total(filler(20_000))).toBe(2047)
  })
})

/** A different word of letters for each number. */
function letters(value: number): string {
  return value.toString(26).replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
}
