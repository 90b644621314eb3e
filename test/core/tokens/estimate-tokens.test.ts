import { describe, expect, test } from 'vitest'
import { estimateTokens } from '../../../src/core/tokens/estimate-tokens.js'
import { estimateTextTokens } from '../../../src/core/tokens/text-tokens.js'
import { parseCountTokensRequest } from '../../../src/dialects/anthropic/parse-request.js'

function estimate(content: unknown, fields: object = {}): number {
  const messages = [{ role: 'user', content }]
  return estimateTokens(parseCountTokensRequest(JSON.stringify({ model: 'm', messages, ...fields })))
}

describe('text', () => {
  test.each([
    ['', 0],
    ['abcd', 1],
    ['東京は日本の首都です', 10],
    ['서울', 2],
    ['Москва', 3],
    ['👋', 2],
  ])('%j is about %d tokens', (text, tokens) => {
    expect(estimateTextTokens(text)).toBe(tokens)
  })

  test('English prose comes near to what tokenisers count', () => {
    // OpenAI's o200k vocabulary cuts it into 10.
    const tokens = estimateTextTokens('The quick brown fox jumps over the lazy dog.')
    expect(tokens).toBeGreaterThanOrEqual(9)
    expect(tokens).toBeLessThanOrEqual(12)
  })

  test('a long text is sampled over its whole length', () => {
    const half = 500_000
    const mixed = 'a'.repeat(half) + '語'.repeat(half)
    expect(estimateTextTokens(mixed) / (half / 4 + half)).toBeCloseTo(1, 1)
    expect(estimateTextTokens('a'.repeat(1_000_000))).toBe(250_000)
  })
})

describe('a request', () => {
  const bare = estimate('hi')

  test.each<[string, number]>([
    [
      'more messages',
      estimateTokens(
        parseCountTokensRequest(
          JSON.stringify({
            model: 'm',
            messages: [
              { role: 'user', content: 'hi' },
              { role: 'assistant', content: 'hi' },
            ],
          }),
        ),
      ),
    ],
    ['a system prompt', estimate('hi', { system: 'Be brief.' })],
    ['a tool', estimate('hi', { tools: [{ name: 'f', input_schema: { type: 'object' } }] })],
    ['a schema', estimate('hi', { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } })],
    ['an image', estimate([{ type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } }])],
    ['a document', estimate([{ type: 'document', source: { type: 'file', file_id: 'f' } }])],
    ['a block without a counterpart', estimate([{ type: 'search_result', source: 's', title: 't', content: [] }])],
  ])('%s costs more', (_name, tokens) => {
    expect(tokens).toBeGreaterThan(bare)
  })

  test('a larger schema and a larger document cost more', () => {
    const tool = (description: string) => ({
      tools: [{ name: 'f', input_schema: { type: 'object', properties: { a: { description } } } }],
    })
    expect(estimate('hi', tool('a'.repeat(300)))).toBeGreaterThan(estimate('hi', tool('a')) + 90)
    const pdf = (data: string) => [
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data } },
    ]
    expect(estimate(pdf('A'.repeat(400_000)))).toBeGreaterThan(estimate(pdf('A')) * 2)
  })

  test('the size of a picture in bytes does not matter', () => {
    const image = (data: string) => [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data } }]
    expect(estimate(image('A'.repeat(100_000)))).toBe(estimate(image('A')))
  })

  test('the figure is a whole number and the same each time', () => {
    expect(Number.isInteger(estimate('abc'))).toBe(true)
    expect(estimate('abc')).toBe(estimate('abc'))
  })
})
