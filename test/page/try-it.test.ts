import { describe, expect, test } from 'vitest'
import { headerFacts, timingText } from '../../src/page/try-it/answer-facts.js'
import { parseChunk } from '../../src/page/try-it/parse-chunk.js'

describe('a chunk of an answer', () => {
  test('has text, or the count of tokens, or what went wrong', () => {
    expect(parseChunk('{"choices":[{"delta":{"content":"Hi"}}],"usage":null}')).toEqual({ text: 'Hi' })
    expect(parseChunk('{"choices":[{"delta":{"content":null,"role":"assistant"}}]}').text).toBe('')
    expect(parseChunk('{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}').usage).toEqual({
      prompt_tokens: 3,
      completion_tokens: 4,
    })
    expect(parseChunk('{"error":{"message":"It broke.","code":"upstream_error"}}').problem).toEqual({
      code: 'upstream_error',
      message: 'It broke.',
    })
  })
})

test('of all headers those of the gateway are shown, the weightiest first', () => {
  const headers = new Headers({
    'X-Request-Id': 'r1',
    'X-LLMRouter-Route': 'strategy=auto; score=0.41',
    'X-LLMRouter-Cache': 'MISS',
    'Content-Type': 'text/event-stream',
  })
  expect(headerFacts(headers).map(({ name, value }) => `${name}: ${value}`)).toEqual([
    'X-LLMRouter-Cache: MISS',
    'X-LLMRouter-Route: strategy=auto; score=0.41',
    'X-Request-Id: r1',
  ])
})

test.each([
  [{ firstTokenMs: 61.2, wholeMs: 312, tokens: 50 }, 'first token after 61.2 ms, 50 tokens in 312 ms'],
  [{ firstTokenMs: 61.2, wholeMs: undefined, tokens: undefined }, 'first token after 61.2 ms'],
  [{ firstTokenMs: undefined, wholeMs: 4, tokens: undefined }, 'whole in 4.00 ms'],
])('timing %#', (timing, text) => expect(timingText(timing)).toBe(text))
