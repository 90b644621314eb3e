import { describe, expect, test } from 'vitest'
import { normaliseBaseUrl } from '../../src/config/base-url.js'
import { loadText, problemsOf } from './load-text.js'

describe('a provider', () => {
  test('without a key is off, and the simulator takes over', () => {
    const { config, providersOff } = loadText('providers: { a: { type: anthropic }, o: { type: openai, apiKey: "" } }')
    expect(Object.keys(config.providers)).toEqual(['simulator'])
    expect(providersOff).toEqual([
      { name: 'a', reason: 'it has no apiKey' },
      { name: 'o', reason: 'it has no apiKey' },
    ])
  })

  test('without a key is on when it has an address of its own', () => {
    const { config } = loadText('providers: { ollama: { type: openai, baseUrl: "http://localhost:11434/v1" } }')
    expect(config.providers).toEqual({
      ollama: expect.objectContaining({ apiKey: null, baseUrl: 'http://localhost:11434/v1' }),
    })
  })

  test('of type simulator needs no key and keeps its name', () => {
    const { config } = loadText('providers: { fake: { type: simulator } }')
    expect(Object.keys(config.providers)).toEqual(['fake'])
  })

  test('may have several keys, each counted once', () => {
    const { config } = loadText('providers: { o: { type: openai, apiKeys: [k1, k2, k1, ""] } }')
    expect(config.providers.o).toMatchObject({ apiKey: null, apiKeys: ['k1', 'k2'] })
  })

  test("at the vendor's own address is the same as one without address", () => {
    const { config } = loadText(
      'providers: { w: { type: anthropic, apiKey: k, baseUrl: "https://api.anthropic.com/v1/" } }',
    )
    expect(config.providers.w?.baseUrl).toBeNull()
  })

  test.each([
    ['{ type: openai, baseUrl: "http://h/v1?x=1" }', 'providers.p.baseUrl', 'one with a "?" or "#"'],
    [
      '{ type: openai, baseUrl: "http://h/v1/chat/completions" }',
      'providers.p.baseUrl',
      'one that ends in /chat/completions',
    ],
    [
      '{ type: openai, headers: { Content-Length: "1" } }',
      'providers.p.headers.Content-Length',
      'one that the gateway sets itself',
    ],
    ['{ type: openai, headers: { X-A: "1", x-a: "2" } }', 'providers.p.headers.x-a', 'the same name in another case'],
    ['{ type: openai, models: [m, m] }', 'providers.p.models[1]', 'the model at [0] again'],
  ])('%s is refused', (provider, path, found) => {
    expect(problemsOf(`providers: { p: ${provider} }`)).toEqual([expect.objectContaining({ path, found, line: 1 })])
  })

  test('cannot have a name that means something else', () => {
    const providers = '{ cache: { type: openai }, llmrouter: { type: openai }, simulator: { type: openai } }'
    expect(problemsOf(`providers: ${providers}`).map(({ path }) => path)).toEqual([
      'providers.cache',
      'providers.llmrouter',
      'providers.simulator.type',
    ])
  })

  test('is warned of settings that do nothing, and of addresses that look incomplete', () => {
    const text =
      'providers: { s: { type: simulator, apiKey: k }, o: { type: openai, baseUrl: "http://localhost:8000" } }'
    expect(loadText(text).warnings).toEqual([
      'providers.s.apiKey has no use: the simulator calls nobody.',
      'providers.o.baseUrl has no path; for most OpenAI-compatible servers it ends in /v1.',
    ])
  })
})

describe('base URLs', () => {
  test.each([
    ['anthropic', 'https://h', 'https://h'],
    ['anthropic', 'https://h/', 'https://h'],
    ['anthropic', 'https://h/v1', 'https://h'],
    ['anthropic', 'https://h/proxy/v1//', 'https://h/proxy'],
    ['anthropic', 'https://h/v1/proxy', 'https://h/v1/proxy'],
    ['anthropic', 'https://h/env1', 'https://h/env1'],
    ['gemini', 'https://h/v1beta', 'https://h'],
    ['gemini', 'https://h/v1/', 'https://h'],
    ['openai', 'https://h/v1/', 'https://h/v1'],
    ['openai', 'https://h/v1beta/openai', 'https://h/v1beta/openai'],
    ['openai', ' https://h ', 'https://h'],
  ] as const)('of %s: %j is %j', (type, given, expected) => {
    expect(normaliseBaseUrl(type, given)).toBe(expected)
    expect(normaliseBaseUrl(type, expected)).toBe(expected)
  })
})
