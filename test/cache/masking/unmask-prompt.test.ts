import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { readKnownWords } from '../../../src/cache/masking/known-words.js'
import { maskPrompt } from '../../../src/cache/masking/mask-prompt.js'
import { parseMask, renderMask } from '../../../src/cache/masking/mask-text.js'
import {
  createVocabulary,
  unmaskPrompt,
  type Vocabulary,
  vocabularyFor,
} from '../../../src/cache/masking/unmask-prompt.js'
import { PAIR_FEATURES, type PairFeatureName, pairFeatures } from '../../../src/core/pair-features.js'
import { packageRoot } from '../../../src/package-root.js'

const digest = (text: string): string => createHmac('sha256', 'a key').update(text).digest('base64url').slice(0, 8)
const fileOf = (...path: string[]): string => readFileSync(join(packageRoot(), ...path), 'utf8')

interface Pair {
  readonly a: string
  readonly b: string
}
const readPairs = (...path: string[]): readonly Pair[] =>
  fileOf(...path)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const EVERYDAY = readPairs('test', 'fixtures', 'everyday-pairs.jsonl')
const ADVERSARIAL = readPairs('models', 'training', 'adversarial', 'pairs.jsonl').filter((_, at) => at % 3 === 0)

let known: Vocabulary
beforeAll(async () => {
  known = await createVocabulary(readKnownWords(join(packageRoot(), 'dist', 'src', 'core')), digest)
})

/** `b` as it reads to somebody who knows `a` and the mask of `b`. */
function seenBy(a: string, b: string): string {
  const parts = maskPrompt(b, digest)
  if (parts === undefined) throw new Error(`Not masked: ${b}`)
  const masked = parseMask(renderMask({ key: 'k', parts }))
  return unmaskPrompt(masked?.parts ?? [], vocabularyFor(a, known, digest))
}

type Features = Record<PairFeatureName, number>
const features = (a: string, b: string): Features => pairFeatures(a, b, 0.9)
const different = (one: Features, other: Features): readonly PairFeatureName[] =>
  PAIR_FEATURES.filter((name) => Math.abs(one[name] - other[name]) > 1e-9)

/** What speaks for a hit, and what against it. */
const FOR = ['wordJaccard', 'sameContent', 'contentJaccard', 'logSpelledAlike', 'sameReading'] as const
const AGAINST = ['anyConflict', 'logOpposites', 'logRivals', 'negationDiffers', 'numbersDiffer'] as const

describe.each([
  ['everyday', EVERYDAY],
  ['adversarial', ADVERSARIAL],
])('of %s pairs', (_, pairs) => {
  const both = pairs.flatMap(({ a, b }) => [
    { a, b },
    { a: b, b: a },
  ])

  test('a masked prompt shows what the prompt itself shows, or less in common', () => {
    const unequal = both.flatMap(({ a, b }) => {
      const [plain, masked] = [features(a, b), features(a, seenBy(a, b))]
      const names = different(plain, masked)
      for (const name of FOR) expect([a, b, name, masked[name] <= plain[name] + 1e-9]).toEqual([a, b, name, true])
      for (const name of AGAINST) expect([a, b, name, masked[name] >= plain[name] - 1e-9]).toEqual([a, b, name, true])
      return names.filter((name) => name !== 'logSpelledAlike')
    })
    // Only words that are spelled alike without being known cannot be told.
    expect(unequal).toEqual([])
  }, 120_000)

  test('a prompt beside itself is the same in other letters, too', () => {
    for (const { a } of both) {
      const masked = features(a.toUpperCase(), seenBy(a.toUpperCase(), a))
      expect([a, different(features(a.toUpperCase(), a), masked)]).toEqual([a, []])
    }
  }, 120_000)
})

describe('a mask', () => {
  test('holds no word of the prompt', () => {
    for (const { b } of EVERYDAY) {
      const text = renderMask({ key: 'k', parts: maskPrompt(b, digest) ?? [] })
      for (const [word] of b.toLowerCase().matchAll(/\p{L}{5,}/gu)) expect(text.toLowerCase()).not.toContain(word)
      for (const [number] of b.matchAll(/\d{3,}/g)) expect(text).not.toContain(number)
    }
  })

  test('is read back as it was written', () => {
    for (const { b } of ADVERSARIAL.slice(0, 300)) {
      const mask = { key: 'k', parts: maskPrompt(b, digest) ?? [] }
      const parsed = parseMask(renderMask(mask))
      expect(parsed?.parts.filter((part) => part !== '')).toEqual(mask.parts)
      expect(parsed?.key).toBe('k')
    }
  })

  test('of any text can be made or is refused, and anything can be tried to be read', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const parts = maskPrompt(b, digest)
        if (parts === undefined) return
        const masked = parseMask(renderMask({ key: 'k', parts }))
        const seen = unmaskPrompt(masked?.parts ?? [], vocabularyFor(a, known, digest))
        expect(Object.values(features(a, seen)).every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 500 },
    )
    fc.assert(fc.property(text, (anything) => void parseMask(anything)))
    for (const damaged of ['', 'k', 'k\u0001\u0001', 'k\u0001\u0001x\u0002', 'k\u0001\u0001a\u00031\u0003x\u0002']) {
      expect(parseMask(damaged)).toBeUndefined()
    }
  })

  test.each(['long '.repeat(1000), '我的密码忘记了', 'ผมลืมรหัสผ่าน'])('of some prompts there is none', (prompt) => {
    expect(maskPrompt(prompt, digest)).toBeUndefined()
  })
})
