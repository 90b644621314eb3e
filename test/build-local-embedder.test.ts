import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildLocalEmbedder } from '../src/build-local-embedder.js'
import { obedientPool, obedientSetup } from './inference/obedient-pool.js'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'llmrouter-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function build(tokenizer: unknown) {
  const tokenizerFile = join(directory, 'tokenizer.json')
  writeFileSync(tokenizerFile, JSON.stringify(tokenizer))
  const pool = obedientPool()
  const setup = { ...obedientSetup().embedder, tokenizerFile }
  return { pool, embedder: buildLocalEmbedder({ id: 'small', setup, pool, dimensions: [2] }) }
}

test.each([
  ['WordPiece', { model: { vocab: { '[PAD]': 0, a: 1, b: 7 } } }, 8],
  [
    'Unigram',
    {
      model: {
        vocab: [
          ['<s>', 0],
          ['a', -1],
          ['b', -2],
        ],
      },
    },
    3,
  ],
  ['added tokens above the vocabulary', { model: { vocab: { a: 0 } }, added_tokens: [{ id: 4, content: '[X]' }] }, 5],
])('the vocabulary is counted: %s', async (_name, tokenizer, vocabularySize) => {
  const { embedder, pool } = build(tokenizer)
  expect(embedder.model).toMatchObject({ id: 'small', dimension: 4, dimensions: [2], maxTokens: 128, vocabularySize })
  await pool.close()
})

test('its vectors are those of the pool', async () => {
  const { embedder, pool } = build({ model: { vocab: {} } })
  await pool.ready()
  expect(await embedder.embed(['a text'], {})).toEqual(await pool.embed(['a text']))
  await pool.close()
})

test('a file that is no tokenizer is named', () => {
  expect(() => build({ vocab: {} })).toThrow(/tokenizer\.json is no tokenizer/)
})
