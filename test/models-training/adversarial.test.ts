import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type AdversarialPair, drawPairs } from '../../models/training/adversarial/draw-pairs.js'
import { readTemplates } from '../../models/training/adversarial/template.js'

const FOLDER = join('models', 'training', 'adversarial')
const templates = readTemplates(join(FOLDER, 'templates'))
const committed = readFileSync(join(FOLDER, 'pairs.jsonl'), 'utf8')
const pairs = committed
  .trim()
  .split('\n')
  .map((line): AdversarialPair => JSON.parse(line))
const count = (label: 0 | 1, heldOut: boolean) =>
  pairs.filter((pair) => pair.label === label && pair.heldOut === heldOut).length

describe('the adversarial pairs', () => {
  test('are what the templates give, byte for byte', () => {
    const drawn = templates.flatMap((template) => drawPairs(template, 1))
    expect(drawn.map((pair) => `${JSON.stringify(pair)}\n`).join('')).toBe(committed)
  })

  test('are many, of many templates, half of them held out', () => {
    const heldOut = templates.filter((template) => template.heldOut).length
    expect(templates.length).toBeGreaterThanOrEqual(60)
    expect(Math.abs(2 * heldOut - templates.length)).toBeLessThanOrEqual(0.2 * templates.length)
    expect(count(0, false) + count(0, true)).toBeGreaterThanOrEqual(1_600)
    expect(count(1, false) + count(1, true)).toBeGreaterThanOrEqual(800)
  })

  test('are all different, and never a text beside itself', () => {
    const keys = pairs.map(({ a, b }) => [a, b].sort().join('\n'))
    expect(new Set(keys).size).toBe(pairs.length)
    for (const { a, b } of pairs) expect(a).not.toBe(b)
  })

  test('leave no slot unfilled', () => {
    for (const { a, b } of pairs) expect(`${a} ${b}`).not.toMatch(/[{}]|undefined| {2}/)
  })
})
