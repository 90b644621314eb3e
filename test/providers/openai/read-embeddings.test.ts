import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readEmbeddings } from '../../../src/providers/openai/read-embeddings.js'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/wire/${name}`, import.meta.url))
const large = (usage: string, before = '') =>
  Buffer.from(`{${before}"object":"list","data":[{"embedding":[${'0.1,'.repeat(100_000)}0]}],"model":"m"${usage}}`)

test.each(['openai-embeddings.json', 'openai-embeddings-base64.json'])('%s cost five tokens', (name) => {
  expect(readEmbeddings(fixture(name))).toEqual({ inputTokens: 5, outputTokens: 0 })
})

describe.each([
  ['a small answer', (usage: string) => Buffer.from(`{"data":[]${usage}}`)],
  ['a large answer', (usage: string) => large(usage)],
])('%s', (_name, answer) => {
  test.each([
    [',"usage":{"prompt_tokens":9,"total_tokens":9}', 9],
    [' , "usage" : { "prompt_tokens" : 9 } ', 9],
    [',"usage":{"total_tokens":9}', 9],
    [',"usage":{"prompt_tokens":"9"}', undefined],
    [',"usage":{}', undefined],
    [',"usage":null', undefined],
    ['', undefined],
  ])('that says %s of its usage', (usage, tokens) => {
    expect(readEmbeddings(answer(usage))?.inputTokens).toBe(tokens)
  })
})

test('the usage of a large answer may come first', () => {
  expect(readEmbeddings(large('', '"usage":{"prompt_tokens":4},'))).toEqual({ inputTokens: 4, outputTokens: 0 })
})

test.each([
  ['HTML', '<html></html>'],
  ['much HTML', `<html>${'x'.repeat(300_000)}</html>`],
  ['nothing', ''],
  ['a list', '[]'],
  ['a cut answer', '{"data":[{"embed'],
  ['a large cut answer', large('').toString().slice(0, -1)],
  ['an object without data', '{"object":"list"}'],
])('%s is no answer', (_name, body) => {
  expect(() => readEmbeddings(Buffer.from(body))).toThrow(expect.objectContaining({ code: 'upstream_error' }))
})

test('an error in disguise is found', () => {
  const body = '{"error":{"message":"No such field","type":"invalid_request_error","code":null}}'
  expect(() => readEmbeddings(Buffer.from(body))).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})
