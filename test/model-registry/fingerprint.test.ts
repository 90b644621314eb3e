import { expect, test } from 'vitest'
import { fingerprint } from '../../src/model-registry/fingerprint.js'
import type { ManifestEmbedder } from '../../src/model-registry/manifest.js'
import { remoteModel } from './remote-model.js'

const MODEL = remoteModel('https://huggingface.co')

function withHash(index: number): ManifestEmbedder {
  return { ...MODEL, files: MODEL.files.map((file, at) => (at === index ? { ...file, sha256: 'a'.repeat(64) } : file)) }
}

test.each<[string, ManifestEmbedder]>([
  ['the network', withHash(0)],
  ['the tokenizer', withHash(1)],
  ['pooling', { ...MODEL, pooling: 'cls' }],
  ['maxTokens', { ...MODEL, maxTokens: 17 }],
  ['prefix', { ...MODEL, prefix: 'query: ' }],
  ['longText', { ...MODEL, longText: 'head-tail' }],
  ['normalise', { ...MODEL, normalise: false }],
  ['output', { ...MODEL, output: 'token_embeddings' }],
  ['dimension', { ...MODEL, dimension: 4 }],
])('another %s makes other vectors', (_, other) => {
  expect(fingerprint(other)).toMatch(/^[0-9a-f]{16}$/)
  expect(fingerprint(other)).not.toBe(fingerprint(MODEL))
})

test('name, version, words and mirrors change no vector', () => {
  const renamed: ManifestEmbedder = {
    ...{ ...MODEL, name: 'other', version: '2', description: 'Other.', dimensions: [4] },
    origin: { kind: 'bundled', directory: 'other' },
    files: [{ role: 'card', path: 'README.md', bytes: 1, sha256: 'b'.repeat(64) }, ...MODEL.files.toReversed()],
  }
  expect(fingerprint(renamed)).toBe(fingerprint(MODEL))
})
