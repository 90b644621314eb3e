import { expect, test } from 'vitest'
import { estimateTokens } from '../../src/inference/estimate-tokens.js'
import { obedientSetup } from './obedient-pool.js'

const { embedder } = obedientSetup()

test.each([
  ['an empty text', '', 2],
  ['four letters a token', 'abcdefgh', 4],
  ['token ids as they are', [1, 2, 3], 5],
  ['no more than the network reads', 'x'.repeat(10_000), 128],
])('the estimate is %s, and the two special tokens', (_, input, tokens) => {
  expect(estimateTokens(input, embedder)).toBe(tokens)
})

test('windows read a text to its end', () => {
  expect(estimateTokens('x'.repeat(10_000), { ...embedder, longText: 'windows' })).toBe(2502)
})
