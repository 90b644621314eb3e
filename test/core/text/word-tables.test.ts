import { describe, expect, test } from 'vitest'
import { spelledAlike } from '../../../src/core/pair/content-overlap.js'
import { pairFeatures } from '../../../src/core/pair-features.js'
import { areOpposite } from '../../../src/core/text/antonyms.js'
import { areRivals } from '../../../src/core/text/rivals.js'
import { stem } from '../../../src/core/text/stem.js'
import { commonWord } from '../../../src/core/text/synonyms.js'

const pairs = (list: string): string[][] => list.split(', ').map((pair) => pair.split(' '))

describe('the tables of words', () => {
  test.each(
    pairs(
      'enable disable, before after, with without, likely unlikely, possible impossible, import export, best worst, hotter colder, spicier milder, lock unlock, lend borrow, preheat chill, arrival departure, mount unmount, deposit withdrawal',
    ),
  )('oppose %s and %s, either way round', (a = '', b = '') => {
    expect(areOpposite(stem(a), stem(b))).toBe(true)
    expect(areOpposite(stem(b), stem(a))).toBe(true)
  })

  test.each(
    pairs(
      'paris london, monday friday, python rust, mysql postgresql, dog cat, usd eur, violin trumpet, kafka rabbitmq, bilbao granada, png webp, yoga pilates',
    ),
  )('put %s and %s in one class', (a = '', b = '') => {
    expect(areRivals(stem(a), stem(b))).toBe(true)
  })

  test.each(pairs('paris paris, paris dog, table chair, violin kafka, toyota lisbon, png violin'))(
    'do not set %s against %s',
    (a = '', b = '') => {
      expect(areRivals(a, b) || areOpposite(a, b)).toBe(false)
    },
  )

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

describe('"avoid"', () => {
  test.each([
    ['What foods should a person with gout avoid?', 'What foods should a person with gout eat?', 1],
    ['foods to avoid with gout', 'foods to eat with gout', 1],
    ['How do I avoid a cold?', 'How do I prevent a cold?', 0],
    ['ways to avoid a cold', 'ways to prevent a cold', 0],
  ])('%s / %s: negation differs %d', (a, b, differs) => {
    expect(pairFeatures(a, b, 0.9).negationDiffers).toBe(differs)
  })
})
