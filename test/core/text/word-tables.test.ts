import { describe, expect, test } from 'vitest'
import { spelledAlike } from '../../../src/core/pair/content-overlap.js'
import { areOpposite } from '../../../src/core/text/antonyms.js'
import { areRivals } from '../../../src/core/text/rivals.js'
import { stem } from '../../../src/core/text/stem.js'
import { commonWord } from '../../../src/core/text/synonyms.js'

const pairs = (list: string): string[][] => list.split(', ').map((pair) => pair.split(' '))

describe('the tables of words', () => {
  test.each(
    pairs(
      'enable disable, before after, with without, likely unlikely, possible impossible, import export, best worst, hotter colder, spicier milder',
    ),
  )('oppose %s and %s, either way round', (a = '', b = '') => {
    expect(areOpposite(stem(a), stem(b))).toBe(true)
    expect(areOpposite(stem(b), stem(a))).toBe(true)
  })

  test.each(pairs('paris london, monday friday, python rust, mysql postgresql, dog cat, usd eur'))(
    'put %s and %s in one class',
    (a = '', b = '') => {
      expect(areRivals(stem(a), stem(b))).toBe(true)
    },
  )

  test.each(pairs('paris paris, paris dog, table chair'))('do not set %s against %s', (a = '', b = '') => {
    expect(areRivals(a, b) || areOpposite(a, b)).toBe(false)
  })

  test.each(pairs('wealthiest richest, larger bigger, delete remove, buy purchase, fix repair, movie film'))(
    'exchange %s and %s',
    (a = '', b = '') => {
      expect(commonWord(stem(a))).toBe(commonWord(stem(b)))
    },
  )
})

describe('spelling', () => {
  test.each(pairs('recieve receive, installation install, adress address, javascript javascrpt'))(
    'is alike in %s and %s',
    (a = '', b = '') => {
      expect(spelledAlike(a, b)).toBe(true)
    },
  )

  test.each(pairs('cat car, import export, enable disable'))('is not alike in %s and %s', (a = '', b = '') => {
    expect(spelledAlike(a, b)).toBe(false)
  })
})
