import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createAuthenticate } from '../../src/http/authenticate.js'
import { createCors } from '../../src/http/cors.js'
import { listModels } from '../../src/http/list-models.js'
import { isLoopbackHost } from '../../src/http/loopback.js'
import { createModelFilter } from '../../src/http/model-filter.js'
import { matchRoute } from '../../src/http/routes.js'

const hash = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`

describe('client keys', () => {
  const authenticate = createAuthenticate([
    { name: 'team-a', hash: hash('key-a'), models: ['*'] },
    { name: 'team-b', hash: hash('key-b'), tenant: 'b', models: ['claude-*', 'fast'], expires: '2026-12-01T00:00:00Z' },
  ])
  const now = Date.parse('2026-11-23T00:00:00Z')

  test('are taken from either header', () => {
    expect(authenticate({ authorization: 'Bearer key-a' }, now).tenant).toBe('team-a')
    expect(authenticate({ authorization: 'bearer  key-b' }, now).tenant).toBe('b')
    expect(authenticate({ 'x-api-key': 'key-b' }, now).tenant).toBe('b')
  })
  test.each([
    ['nothing', {}],
    ['an unknown key', { authorization: 'Bearer nope' }],
    ['another scheme', { authorization: 'Basic key-a' }],
    ['an empty key', { 'x-api-key': '' }],
  ])('%s is refused', (_name, headers) => {
    expect(() => authenticate(headers, now)).toThrow(expect.objectContaining({ code: 'invalid_api_key' }))
  })
  test('expire', () => {
    const later = Date.parse('2026-12-01T00:00:00Z')
    expect(() => authenticate({ 'x-api-key': 'key-b' }, later)).toThrow('expired')
  })
  test('may be good for some models only', () => {
    const { mayUse } = authenticate({ 'x-api-key': 'key-b' }, now)
    expect(['claude-haiku-5-5', 'fast', 'faster', 'gpt-6-luna'].map(mayUse)).toEqual([true, true, false, false])
  })
  test('answers of "auto" come from the models listed with it, of an alias from what it stands for', () => {
    const aliases = { fast: 'claude-haiku-5-5', clever: 'auto' }
    const mayAnswer = (models: readonly string[], asked: string, id: string) =>
      createModelFilter(models, aliases).mayAnswer(asked, id)
    expect(mayAnswer(['auto', 'claude-*'], 'auto', 'claude-sonnet-5-5')).toBe(true)
    expect(mayAnswer(['auto', 'claude-*'], 'auto', 'gpt-6-luna')).toBe(false)
    expect(mayAnswer(['auto', 'claude-*'], 'auto', '')).toBe(false)
    expect(mayAnswer(['auto'], 'auto', 'gpt-6-luna')).toBe(true)
    expect(mayAnswer(['clever'], 'clever', 'gpt-6-luna')).toBe(true)
    expect(mayAnswer(['clever', 'fast'], 'clever', 'gpt-6-luna')).toBe(false)
    expect(mayAnswer(['clever', 'fast'], 'clever', 'claude-haiku-5-5')).toBe(true)
    expect(mayAnswer(['fast'], 'fast', 'claude-haiku-5-5')).toBe(true)
    expect(mayAnswer(['claude-*'], 'auto', 'claude-haiku-5-5')).toBe(true)
    expect(mayAnswer(['claude-*'], 'auto', 'gpt-6-luna')).toBe(false)
    expect(mayAnswer(['*'], 'auto', 'gpt-6-luna')).toBe(true)
  })
  test('are found among ten thousand, and none of their neighbours instead', () => {
    const among = createAuthenticate(
      Array.from({ length: 10_000 }, (_, n) => ({ name: `key-${n}`, hash: hash(`secret-${n}`), models: ['*'] })),
    )
    expect(among({ 'x-api-key': 'secret-0' }, now).keyName).toBe('key-0')
    expect(among({ 'x-api-key': 'secret-9999' }, now).keyName).toBe('key-9999')
    for (const wrong of ['secret-10000', 'key-1', hash('secret-1'), hash('secret-1').slice(7)]) {
      expect(() => among({ 'x-api-key': wrong }, now)).toThrow('not known')
    }
  })
  test('without any the gateway is open', () => {
    expect(createAuthenticate([])({}, now).tenant).toBe('default')
  })
})

test.each([
  ['localhost', true],
  ['LocalHost:8080', true],
  ['127.0.0.1:8080', true],
  ['127.1.2.3', true],
  ['[::1]:8080', true],
  ['app.localhost:1', true],
  ['evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example:80', false],
  ['[::2]', false],
  ['[::1]', true],
  ['[::1].evil.example', false],
  ['[::1]:80.evil.example', false],
  ['[::1]evil.example', false],
  ['[::1', false],
  ['[localhost]', false],
  ['', false],
])('Host %j names this machine: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected)
})

describe('CORS', () => {
  test('is silent when no origin is configured', () => {
    expect(createCors([]).answerHeaders('https://a.example')).toEqual({})
    expect(createCors([]).preflightHeaders('https://a.example', 'x')).toEqual({})
  })
  test('answers configured origins only', () => {
    const cors = createCors(['https://a.example'])
    expect(cors.answerHeaders('https://a.example')).toMatchObject({
      'Access-Control-Allow-Origin': 'https://a.example',
    })
    expect(cors.answerHeaders('https://b.example')).toEqual({ Vary: 'Origin' })
    expect(cors.preflightHeaders('https://a.example', 'x-cache')).toMatchObject({
      'Access-Control-Allow-Headers': 'x-cache',
    })
  })
  test('a star stands for any origin', () => {
    expect(createCors(['*']).answerHeaders('https://b.example')).toMatchObject({
      'Access-Control-Allow-Origin': 'https://b.example',
    })
  })
})

test.each([
  ['/v1/chat/completions', { endpoint: 'chat', methods: ['POST'] }],
  ['/v1/chat/completions/', { endpoint: 'chat' }],
  ['/healthz', { endpoint: 'health', area: 'open' }],
  ['/v1/models/vllm/meta/llama', { endpoint: 'model', rest: 'vllm/meta/llama' }],
  ['/v1/models/vllm%2Fmeta%2Fllama', { rest: 'vllm/meta/llama' }],
  ['/cache/entries/ab', { area: 'admin', endpoint: 'cache-entry', methods: ['DELETE'], rest: 'ab' }],
  ['/', { area: 'open', endpoint: 'page', rest: '' }],
  ['/assets/1f/charts/chart.js', { endpoint: 'page', rest: '1f/charts/chart.js' }],
  ['/v1/models/%E0%A4%A', { rest: '%E0%A4%A' }],
])('%s', (path, expected) => {
  expect(matchRoute(path)).toMatchObject(expected)
})
test.each(['/v1', '/v2/chat/completions', '/__proto__', '/constructor'])('%s leads nowhere', (path) => {
  expect(matchRoute(path)).toBeUndefined()
})

test('the list of models serves both families of clients', () => {
  const spec = { id: 'm', provider: 'p', upstreamName: 'm', listed: true, contextTokens: 8 }
  const list = listModels([spec], { fast: 'm' }, (name) => name !== 'auto')
  expect(list.data.map((row) => row.id)).toEqual(['fast', 'm'])
  expect(list.data[1]).toMatchObject({ object: 'model', type: 'model', owned_by: 'p', context_window: 8 })
  expect(list).toMatchObject({ object: 'list', first_id: 'fast', last_id: 'm', has_more: false })
})
