import { describe, expect, test } from 'vitest'
import { type CacheScope, identifyRequest } from '../../../src/cache/identity/identify-request.js'
import type { ChatRequest } from '../../../src/core/chat-request.js'
import { anthropicDialect } from '../../../src/dialects/anthropic/dialect.js'
import { openaiDialect } from '../../../src/dialects/openai/dialect.js'

const SCOPE: CacheScope = { tenant: 'a', namespace: undefined, modelClass: 'sim-small', embedder: 'e1' }
const ask = 'How do I reset my password?'

const openai = (body: Record<string, unknown>): ChatRequest =>
  openaiDialect.parseRequest(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: ask }], ...body }))
const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: unknown) => ({ role: 'assistant', content })
const talk = (...messages: unknown[]) => openai({ messages })

const identify = (request: ChatRequest, scope: Partial<CacheScope> = {}) =>
  identifyRequest(request, { ...SCOPE, ...scope })

describe('the exact key is the same', () => {
  const plain = identify(openai({})).exactKey
  test.each([
    ['for a stream', { stream: true, stream_options: { include_usage: true } }],
    ['for another end user and other tags', { user: 'u1', metadata: { team: 'x' } }],
    ['for another service tier', { service_tier: 'flex' }],
    ['for text in one part', { messages: [user([{ type: 'text', text: ask }])] }],
  ])('%s', (_, body) => {
    expect(identify(openai(body)).exactKey).toBe(plain)
  })

  test('in whatever order the keys of a tool stand', () => {
    const tool = (parameters: unknown) => [{ type: 'function', function: { name: 'f', parameters } }]
    const one = openai({ tools: tool({ type: 'object', properties: { a: {}, b: {} } }) })
    const other = openai({ tools: tool({ properties: { b: {}, a: {} }, type: 'object' }) })
    expect(identify(one).exactKey).toBe(identify(other).exactKey)
  })

  test('for both dialects', () => {
    const messages = [user(ask)]
    const anthropic = anthropicDialect.parseRequest(
      JSON.stringify({ model: 'm', max_tokens: 100, system: 'Be brief.', messages }),
    )
    const same = openai({ max_tokens: 100, messages: [{ role: 'system', content: 'Be brief.' }, ...messages] })
    expect(identify(anthropic)).toEqual(identify(same))
  })
})

const DIFFERENCES: readonly [string, ChatRequest, Partial<CacheScope>?][] = [
  ['another tenant', openai({}), { tenant: 'b' }],
  ['another namespace', openai({}), { namespace: 'n' }],
  ['another model', openai({}), { modelClass: 'sim-large' }],
  ['a system prompt', talk({ role: 'system', content: 'Be brief.' }, user(ask))],
  ['tools', openai({ tools: [{ type: 'function', function: { name: 'f' } }] })],
  ['a response format', openai({ response_format: { type: 'json_object' } })],
  ['a temperature', openai({ temperature: 0.5 })],
  ['a limit of tokens', openai({ max_tokens: 5 })],
  ['a stop text', openai({ stop: ['x'] })],
  ['a seed', openai({ seed: 1 })],
  ['reasoning', openai({ reasoning_effort: 'high' })],
  ['a field nobody knows', openai({ verbosity: 'low' })],
  ['a conversation before a turn that leans on it', talk(user('hi'), assistant('hello'), user('tell me more'))],
]

describe('key and partition differ with', () => {
  const plain = identify(openai({}))
  test.each(DIFFERENCES)('%s', (_, request, scope) => {
    const other = identify(request, scope)
    expect(other.exactKey).not.toBe(plain.exactKey)
    expect(other.semantic?.partition).not.toBe(plain.semantic?.partition)
  })

  test('all of them from one another', () => {
    const keys = DIFFERENCES.map(([, request, scope]) => identify(request, scope).exactKey)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('another embedder, in the partition only', () => {
    const other = identify(openai({}), { embedder: 'e2' })
    expect(other.exactKey).toBe(plain.exactKey)
    expect(other.semantic?.partition).not.toBe(plain.semantic?.partition)
  })
})

describe('the partition', () => {
  test('does not depend on the words of the last turn', () => {
    const one = identify(openai({}))
    const other = identify(talk(user('how can I reset my password')))
    expect(one.semantic?.partition).toBe(other.semantic?.partition)
    expect(one.exactKey).not.toBe(other.exactKey)
    expect(other.semantic?.prompt).toBe('how can I reset my password')
  })

  test('leaves out the conversation before a turn that stands alone', () => {
    const later = talk(user('How tall is Mount Everest?'), assistant('8,849 m'), user(ask))
    expect(identify(later).semantic?.partition).toBe(identify(openai({})).semantic?.partition)
    expect(identify(later).exactKey).not.toBe(identify(openai({})).exactKey)
  })

  test('keeps apart equal turns that lean on different conversations', () => {
    const more = (first: string) =>
      identify(talk(user(first), assistant('…'), user('tell me more'))).semantic?.partition
    expect(more('cats')).not.toBe(more('dogs'))
    expect(more('cats')).toBe(more('cats'))
  })
})

const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }

describe('only the very same request may be answered when', () => {
  test.each<[string, ChatRequest]>([
    ['an image is shown', talk(user([{ type: 'text', text: ask }, image]))],
    ['an image was shown before', talk(user([image]), assistant('a cat'), user(ask))],
    [
      'a tool has answered',
      talk(
        user('x'),
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c1', content: 'y' },
        user(ask),
      ),
    ],
    ['a tool may be called', openai({ tools: [{ type: 'function', function: { name: 'f' } }] })],
    ['the assistant speaks last', talk(user(ask), assistant('You'))],
    ['nothing is said', talk(user('  '))],
  ])('%s', (_, request) => {
    expect(identify(request).semantic).toBeNull()
  })

  test('there is no embedder', () => {
    expect(identify(openai({}), { embedder: null }).semantic).toBeNull()
  })

  test('tools that must not be called are no hindrance', () => {
    const request = openai({ tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'none' })
    expect(identify(request).semantic).not.toBeNull()
  })
})
