import { describe, expect, test } from 'vitest'
import { degreeOf } from '../../../src/core/text/degree.js'

describe('a degree', () => {
  test.each([
    ['spicier', 'spicy', 'er'],
    ['hottest', 'hot', 'est'],
    ['thinner', 'thin', 'er'],
    ['cheapest', 'cheap', 'est'],
  ])('%s has the base %s', (word, base, ending) => {
    expect(degreeOf(word)).toEqual({ base, ending })
  })

  test.each(['cheap', 'her', 'est', '5', ''])('is not in %j', (word) => {
    expect(degreeOf(word)).toBeUndefined()
  })
})
