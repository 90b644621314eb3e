import { describe, expect, test } from 'vitest'
import { loadText, problemsOf } from './load-text.js'

const HASH = `sha256:${'0'.repeat(64)}`
const OTHER_HASH = `sha256:${'1'.repeat(64)}`

describe('names that collide, lead nowhere or lead to themselves', () => {
  test.each([
    ['aliases: { auto: m }', 'aliases.auto'],
    ['aliases: { a: a }', 'aliases.a'],
    ['aliases: { a: b, b: m }', 'aliases.a'],
    ['aliases: { a: m }\nmodels: [{ id: a }]', 'aliases.a'],
    ['aliases: { openai/x: m }', 'aliases["openai…"]'],
    ['models: [{ id: auto }]', 'models[0].id'],
    ['models: [{ id: m }, { id: m }]', 'models[1].id'],
    ['models: [{ id: m, provider: antropic }]', 'models[0].provider'],
    ['routing: { auto: { cheap: auto } }', 'routing.auto.cheap'],
    ['routing: { auto: { strong: any } }\naliases: { any: auto }', 'routing.auto.strong'],
    ['routing: { auto: { cheap: m, strong: fast } }\naliases: { fast: m }', 'routing.auto.strong'],
    ['routing: { fallbacks: { m: [m] } }', 'routing.fallbacks.m[0]'],
    ['routing: { fallbacks: { m: [fast] } }\naliases: { fast: m }', 'routing.fallbacks.m[0]'],
    ['routing: { fallbacks: { m: [n, n] } }', 'routing.fallbacks.m[1]'],
    ['routing: { fallbacks: { m: [auto] } }', 'routing.fallbacks.m[0]'],
    ['routing: { fallbacks: { auto: [m] } }', 'routing.fallbacks.auto'],
    ['routing: { fallbacks: { m: [n], fast: [o] } }\naliases: { fast: m }', 'routing.fallbacks.fast'],
    [`auth: { keys: [{ name: a, hash: "${HASH}" }, { name: a, hash: "${OTHER_HASH}" }] }`, 'auth.keys[1].name'],
    [`auth: { keys: [{ name: a, hash: "${HASH}" }, { name: b, hash: "${HASH}" }] }`, 'auth.keys[1].hash'],
    ['cache: { redis: { sentinels: ["s:1"] } }', 'cache.redis.sentinelName'],
    ['cache: { redis: { sentinelName: main } }', 'cache.redis.sentinels'],
    ['cache: { redis: { cluster: ["c:1"], sentinels: ["s:1"], sentinelName: main } }', 'cache.redis.sentinels'],
    ['telemetry: { metricsPort: 8080 }', 'telemetry.metricsPort'],
  ])('%s', (text, path) => {
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([path.replace('["openai…"]', '["openai/x"]')])
  })
})

test('two models may be each other’s fallback', () => {
  const { config } = loadText('routing: { fallbacks: { m: [n, fast], n: [m] } }\naliases: { fast: o }')
  expect(config.routing.fallbacks).toEqual({ m: ['n', 'fast'], n: ['m'] })
})

test('an alias may stand for routing', () => {
  expect(loadText('aliases: { best: auto }').config.aliases).toEqual({ best: 'auto' })
})

test('a model of a provider that is off is allowed, with a warning', () => {
  const { warnings } = loadText(
    'models: [{ id: m, provider: openai }, { id: n, provider: p }]\nproviders: { p: { type: openai } }',
  )
  expect(warnings).toEqual([
    'The model m is not offered: its provider openai is off (it is not configured).',
    'The model n is not offered: its provider p is off (it has no apiKey).',
  ])
})

describe('what is allowed and probably not meant is warned of', () => {
  test.each([
    ['server: { host: 0.0.0.0 }', /^server\.host is 0\.0\.0\.0 and there are no client keys/],
    [`auth: { adminKeyHash: "${HASH}", keys: [{ name: a, hash: "${HASH}" }] }`, /is the admin key too/],
    ['cache: { redis: { cluster: ["c:1"] } }', /cache\.store is embedded/],
    ['models: [{ id: m, capabilities: [tool] }]', /unknown capability "tool" \(tools\?\)/],
  ])('%s', (text, warning) => {
    expect(loadText(text).warnings).toEqual([expect.stringMatching(warning)])
  })

  test.each(['localhost', '127.0.0.1', '::1'])('but not the host %s', (host) => {
    expect(loadText(`server: { host: "${host}" }`).warnings).toEqual([])
  })
})
