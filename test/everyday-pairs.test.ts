import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const PAIR = z.strictObject({
  a: z.string().min(2),
  b: z.string().min(2),
  /** The answer to one serves the other. */
  same: z.boolean(),
  domain: z.enum(['support', 'coding', 'cooking', 'travel', 'maths']),
})

const DEV = join('models', 'training', 'everyday-dev')

const lines = (...path: string[]): unknown[] =>
  readFileSync(join(...path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const textsOf = (pairs: readonly { a: string; b: string }[]): string[] =>
  pairs.flatMap(({ a, b }) => [a.toLowerCase(), b.toLowerCase()])

const pairs = z.array(PAIR).parse(lines('test', 'fixtures', 'everyday-pairs.jsonl'))

describe('the everyday pairs', () => {
  test('are 200 that ask the same and 200 that do not, evenly over the domains', () => {
    const counts = new Map<string, number>()
    for (const { same, domain } of pairs) counts.set(`${same} ${domain}`, (counts.get(`${same} ${domain}`) ?? 0) + 1)
    expect([...counts.values()]).toEqual(Array.from({ length: 10 }, () => 40))
  })

  test('are all different, and never a text beside itself', () => {
    expect(new Set(pairs.map(({ a, b }) => [a, b].sort().join('\n'))).size).toBe(pairs.length)
    for (const { a, b } of pairs) expect(a).not.toBe(b)
  })

  test('share no text with the adversarial pairs, which the verifier is trained on', () => {
    const trained = z.array(z.object({ a: z.string(), b: z.string() }))
    const known = new Set(textsOf(trained.parse(lines('models', 'training', 'adversarial', 'pairs.jsonl'))))
    expect(textsOf(pairs).filter((text) => known.has(text))).toEqual([])
  })

  test('are others than those that the rules are developed on', () => {
    const known = new Set(
      readdirSync(DEV)
        .filter((file) => file.endsWith('.txt'))
        .flatMap((file) =>
          readFileSync(join(DEV, file), 'utf8')
            .toLowerCase()
            .split('\n')
            .map((line) => line.replace(/^[=!] /, '')),
        ),
    )
    const shared = pairs.filter(({ a, b }) => known.has(a.toLowerCase()) && known.has(b.toLowerCase()))
    expect(shared.length).toBe(0)
  })
})
