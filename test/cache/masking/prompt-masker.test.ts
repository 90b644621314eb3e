import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { maskKeyFrom, readOrMakeMaskKey } from '../../../src/cache/masking/mask-key.js'
import { createPromptMasker } from '../../../src/cache/masking/prompt-masker.js'

const masker = (key: number) => createPromptMasker({ key: Buffer.alloc(32, key), knownWords: () => ['reset', 'the'] })

describe('a masker', () => {
  test('lets a prompt be read by one who knows its words, once the known words are prepared', async () => {
    const one = masker(1)
    const masked = one.mask('Reset the Kubelwurf 4711!') ?? ''
    expect(one.readerFor('kubelwurf 4711')(masked)).toBeNull()
    await one.ready()
    expect(one.readerFor('kubelwurf 4711')(masked)).toBe('Reset the Kubelwurf 4711!')
    expect(one.readerFor('something else')(masked)).toMatch(/^Reset the [A-Z][a-z]{8} \d{4}!$/)
  })

  test('does not read what another key has masked, nor what is damaged', async () => {
    const [one, other] = [masker(1), masker(2)]
    await Promise.all([one.ready(), other.ready()])
    const masked = one.mask('Reset the password') ?? ''
    expect(other.mask('Reset the password')).not.toBe(masked)
    expect(other.readerFor('Reset the password')(masked)).toBeNull()
    expect(one.readerFor('Reset the password')(masked.slice(0, -1))).toBeNull()
  })
})

describe('its key', () => {
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'llmrouter-masks-'))
    onTestFinished(() => rmSync(path, { recursive: true }))
    return path
  }

  test('is made once and for its owner only', () => {
    const file = join(folder(), 'new', 'cache-masks.key')
    const key = readOrMakeMaskKey(file)
    expect(key).toHaveLength(32)
    expect(readOrMakeMaskKey(file)).toEqual(key)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readOrMakeMaskKey(join(folder(), 'other.key'))).not.toEqual(key)
  })

  test('that is none is said to be so, and left as it is', () => {
    const file = join(folder(), 'cache-masks.key')
    writeFileSync(file, 'short')
    expect(() => readOrMakeMaskKey(file)).toThrow(`${file} is not a key of 32 bytes`)
    expect(readFileSync(file, 'utf8')).toBe('short')
  })

  test('comes from the key of the entries where there is one, and is not that key', () => {
    const entries = Buffer.alloc(32, 7)
    expect(maskKeyFrom(entries)).toHaveLength(32)
    expect(maskKeyFrom(entries)).toEqual(maskKeyFrom(Buffer.alloc(32, 7)))
    expect(maskKeyFrom(entries)).not.toEqual(entries)
  })
})
