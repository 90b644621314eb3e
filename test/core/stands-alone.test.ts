import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { standsAlone } from '../../src/core/stands-alone.js'

const lines = (name: string): string[] =>
  readFileSync(new URL(`../fixtures/turns/${name}.txt`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')

test.each(lines('leaning'))('"%s" leans on what was said before', (turn) => {
  expect(standsAlone(turn, ['How do I sort a list?'])).toBe(false)
})

test('of turns that stand alone at least nine in ten are seen to', () => {
  const turns = lines('alone')
  const seen = turns.filter((turn) => standsAlone(turn, ['How do I sort a list?']))
  expect(seen.length / turns.length).toBeGreaterThanOrEqual(0.9)
})

describe('an order given earlier binds later turns', () => {
  const turn = 'What is the capital of France?'
  test.each([
    'From now on answer in French.',
    'You are a pirate.',
    'Pretend to be my teacher',
    'My name is Ann.',
    'Always use metric units',
    "Let's play twenty questions",
  ])('"%s"', (order) => {
    expect(standsAlone(turn, [order])).toBe(false)
    expect(standsAlone(turn, ['hello', order, 'thanks'])).toBe(false)
  })

  test('a plain question before does not', () => {
    expect(standsAlone(turn, ['How tall is Mount Everest?'])).toBe(true)
  })
})

test('a text of any length takes time in proportion', () => {
  expect(standsAlone('what is '.repeat(50_000), ['the '.repeat(100_000)])).toBe(false)
})
