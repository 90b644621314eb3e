import { describe, expect, test } from 'vitest'
import { sortMarks } from '../../workers/sort-marks.js'
import { createRandom } from './support/random.js'

const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const

const EVERY_MARK = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code)).filter((character) =>
  /\p{M}/u.test(character),
)

describe('sortMarks', () => {
  test('leaves every normal form as it was, for runs of any marks', () => {
    const random = createRandom(3)
    for (let round = 0; round < 300; round++) {
      const kinds = Array.from({ length: 1 + random.below(40) }, () => random.pick(EVERY_MARK))
      const run = Array.from({ length: 33 + random.below(200) }, () => random.pick(kinds)).join('')
      const text = `${random.pick(['', 'é', 'か', '각', 'Σ'])}${run}${random.pick(['', 'x', '각'])}`
      for (const form of FORMS) expect(sortMarks(text).normalize(form)).toBe(text.normalize(form))
    }
  })

  test('does so for a run of every mark there is', () => {
    const run = EVERY_MARK.join('')
    for (const form of FORMS) expect(sortMarks(run).normalize(form)).toBe(run.normalize(form))
  })

  test('does not touch what people write', () => {
    const text = 'הֵבִיא אֶת הַסֵּפֶר, Việt Nam, z̴̢̛̫̹̈́̄a̸̡͔̽l̷͓͑ğ̶̟o̵̳͐'
    expect(sortMarks(text)).toBe(text)
  })
})
