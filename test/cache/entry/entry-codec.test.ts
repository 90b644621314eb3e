import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { CacheEntry } from '../../../src/cache/entry/cache-entry.js'
import { createEntryCodec } from '../../../src/cache/entry/entry-codec.js'
import { checksumSeal, createEncryptingSeal } from '../../../src/cache/entry/seal.js'

const ENTRY: CacheEntry = {
  id: '0123456789abcdef0123456789abcdef',
  about: { tenant: 'a', namespace: null, modelClass: 'm', provider: 'p', model: 'm', storedAtMs: 1, expiresAtMs: 2 },
  answer: {
    response: {
      id: 'r1',
      model: 'm-1',
      choices: [
        {
          index: 0,
          parts: [
            { type: 'reasoning', text: 'hm\ud800', signature: 'sig==', origin: 'anthropic', path: '' },
            { type: 'text', text: 'Grüße 👩‍👩‍👧 \u0000', path: '' },
            { type: 'tool-call', id: 'c1', name: 'f', arguments: '{"a":1e400}', path: '' },
          ],
          finishReason: 'tool-calls',
        },
      ],
      usage: { inputTokens: 3, outputTokens: 4, reasoningTokens: 1 },
    },
    origin: 'anthropic',
    upstreamName: 'm-1',
    pace: { gapsMs: [1.5, 2], characters: [3, 4] },
  },
  semantic: { partition: 'p1', vector: Float32Array.from([0.1, -0.2, 1e-30]), masked: null, prompt: 'How?' },
}

const SEALS = [
  ['a checksum', checksumSeal],
  ['encryption', createEncryptingSeal(randomBytes(32))],
] as const

describe.each(SEALS)('with %s', (_, seal) => {
  const codec = createEntryCodec(seal)
  const bytes = codec.encode(ENTRY)

  test('an entry comes back as it was', () => {
    expect(codec.decode(ENTRY.id, bytes)).toEqual(ENTRY)
  })

  test('an entry for the very same request alone has no vector', () => {
    const plain = { ...ENTRY, semantic: null }
    expect(codec.decode(ENTRY.id, codec.encode(plain))).toEqual(plain)
  })

  test('bytes at any place of a larger memory are read', () => {
    for (let offset = 0; offset < 5; offset++) {
      const memory = Buffer.alloc(bytes.length + 8)
      bytes.copy(memory, offset)
      expect(codec.decode(ENTRY.id, memory.subarray(offset, offset + bytes.length))).toEqual(ENTRY)
    }
  })

  test('a flipped bit anywhere is noticed', () => {
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
      expect(codec.decode(ENTRY.id, damaged)).toBeUndefined()
    }
  })

  test('a cut anywhere is noticed', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(codec.decode(ENTRY.id, bytes.subarray(0, length))).toBeUndefined()
    }
  })

  test('an entry that was moved to another id does not open', () => {
    expect(codec.decode('f'.repeat(32), bytes)).toBeUndefined()
  })
})

test('another key, or none, does not open an encrypted entry', () => {
  const bytes = createEntryCodec(createEncryptingSeal(randomBytes(32))).encode(ENTRY)
  expect(createEntryCodec(createEncryptingSeal(randomBytes(32))).decode(ENTRY.id, bytes)).toBeUndefined()
  expect(createEntryCodec(checksumSeal).decode(ENTRY.id, bytes)).toBeUndefined()
})

test('an encrypted entry shows nothing of its prompt and answer', () => {
  const bytes = createEntryCodec(createEncryptingSeal(randomBytes(32))).encode(ENTRY)
  expect(bytes.includes('How?')).toBe(false)
  expect(bytes.includes('tool-call')).toBe(false)
})
