import { expect, test } from 'vitest'
import { anthropicDialect } from '../../src/dialects/anthropic/dialect.js'
import { openaiDialect } from '../../src/dialects/openai/dialect.js'
import { createKnownRequests } from '../../src/pipeline/cached/known-requests.js'

const textOf = (content: string): string =>
  JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content }] })

test('a request is known by its very text and dialect', () => {
  const known = createKnownRequests()
  const text = textOf('Hello')
  const request = openaiDialect.parseRequest(text)
  known.add(text, request)
  expect(known.find('openai', text)).toBe(request)
  expect(known.find('anthropic', text)).toBeUndefined()
  expect(known.find('openai', `${text} `)).toBeUndefined()
  known.add(text, anthropicDialect.parseRequest(text))
  expect(known.find('anthropic', text)?.dialect).toBe('anthropic')
  expect(known.find('openai', text)).toBe(request)
})

test('a long one is not kept', () => {
  const known = createKnownRequests()
  const text = textOf('x'.repeat(20_000))
  known.add(text, openaiDialect.parseRequest(text))
  expect(known.find('openai', text)).toBeUndefined()
})
