// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of configuration files.
import { describe, expect, test } from 'vitest'
import { ConfigError, formatProblems } from '../../src/config/config-error.js'
import { errorOf, loadText, problemsOf } from './load-text.js'

describe('values out of range', () => {
  test.each([
    ['server: { port: 65536 }', 'server.port', 'a whole number from 0 to 65535', '65536'],
    ['server: { port: -1 }', 'server.port', 'a whole number from 0 to 65535', '-1'],
    ['server: { port: 80.5 }', 'server.port', 'a whole number from 0 to 65535', '80.5'],
    ['server: { port: true }', 'server.port', 'a whole number from 0 to 65535', 'true'],
    ['server: { port: }', 'server.port', 'a whole number from 0 to 65535', 'null'],
    ['server: { port: .inf }', 'server.port', 'a whole number from 0 to 65535', 'Infinity'],
    ['server: { host: http://x }', 'server.host', '"auto", a host name or an IP address, without port', '"http://x"'],
    ['server: { maxBodyBytes: 0 }', 'server.maxBodyBytes', 'a whole number from 1 to 2147483647', '0'],
    ['server: 8080', 'server', 'a mapping of keys to values', '8080'],
    ['server: [port]', 'server', 'a mapping of keys to values', 'a list'],
    ['server: { cors: { origins: "*" } }', 'server.cors.origins', 'a list', '"*"'],
    [
      'server: { cors: { origins: [https://a.example/path] } }',
      'server.cors.origins[0]',
      '"*" or an origin like https://app.example.com, without a path',
      '"https://a.example/path"',
    ],
    ['strict: 1', 'strict', 'true or false', '1'],
    ['attempts: { hedge: { percentile: 1 } }', 'attempts.hedge.percentile', 'a number above 0 and below 1', '1'],
    [
      'attempts: { breaker: { failureRatio: 0 } }',
      'attempts.breaker.failureRatio',
      'a number above 0 and up to 1',
      '0',
    ],
    ['timeouts: { totalMs: 86400001 }', 'timeouts.totalMs', 'a whole number from 1 to 86400000', '86400001'],
    [
      'timeouts: { commitHeadersMs: soon }',
      'timeouts.commitHeadersMs',
      'a whole number from 0 to 86400000 or null',
      '"soon"',
    ],
    ['cache: { maxTemperature: 3 }', 'cache.maxTemperature', 'a number from 0 to 2 or null', '3'],
    ['cache: { semantic: { threshold: 92 } }', 'cache.semantic.threshold', 'a number from 0 to 1', '92'],
    ['inference: { threads: 0 }', 'inference.threads', '"auto" or a whole number from 1 to 256', '0'],
    [
      'telemetry: { otlpEndpoint: localhost:4318 }',
      'telemetry.otlpEndpoint',
      'an http:// or https:// URL or null',
      '"localhost:4318"',
    ],
    ['cache: { redis: { url: localhost } }', 'cache.redis.url', 'a redis:// or rediss:// URL', '"localhost"'],
    ['cache: { redis: { cluster: [a] } }', 'cache.redis.cluster[0]', 'host:port or a redis:// URL', '"a"'],
    ['models: [{}]', 'models[0].id', 'a model name without spaces', 'nothing'],
    ['models: [{ id: "a b" }]', 'models[0].id', 'a model name without spaces', '"a b"'],
    ['models: {}', 'models', 'a list', 'a mapping'],
    [
      'models: [{ id: a, price: { inputPerMTok: -1 } }]',
      'models[0].price.inputPerMTok',
      'a price from 0 to 1000000000 with at most six decimals',
      '-1',
    ],
    [
      'models: [{ id: a, price: { cachedInputPerMTok: 0.0000001 } }]',
      'models[0].price.cachedInputPerMTok',
      'a price from 0 to 1000000000 with at most six decimals',
      '1e-7',
    ],
    ['routing: { fallbacks: { a: [] } }', 'routing.fallbacks.a', 'a list that is not empty', 'an empty list'],
    ['routing: { target: { quality: 98 } }', 'routing.target.quality', 'a number from 0 to 1', '98'],
    [
      'routing: { target: { quality: 0.9, threshold: 0.1 } }',
      'routing.target',
      'exactly one of { quality }, { strongShare } and { threshold }, each from 0 to 1',
      'a mapping',
    ],
    [
      'auth: { keys: [{ name: a, hash: "sha256:00", expires: 2027-02-30 }] }',
      'auth.keys[0].hash',
      '"sha256:" and the 64 hex digits of the key\'s SHA-256',
      'a text of 9 characters',
    ],
    ['aliases: { fast: 5 }', 'aliases.fast', 'a model name without spaces', '5'],
    ['providers: { a: {} }', 'providers.a.type', 'one of anthropic, gemini, openai, simulator', 'nothing'],
    ['providers: { a: }', 'providers.a', 'a mapping of keys to values', 'null'],
    ['providers: { "a/b": { type: openai } }', 'providers["a/b"]', /^a name of letters/, 'the key "a…"'],
    ['providers: { a: { type: openai, proxy: "socks5://p:1" } }', 'providers.a.proxy', /http/, '"socks5://p:1"'],
    ['providers: { a: { type: openai, apiKey: 123456 } }', 'providers.a.apiKey', /^a key/, 'a number'],
    [
      'providers: { a: { type: openai, headers: { "a b": c } } }',
      'providers.a.headers["a b"]',
      /header name/,
      'the key "a…"',
    ],
    ['cache: { encryptionKey: AAAA }', 'cache.encryptionKey', /32 bytes in base64/, 'a text of 4 characters'],
  ])('%s', (text, path, expected, found) => {
    expect(problemsOf(text)[0]).toMatchObject({
      path,
      expected: typeof expected === 'string' ? expected : expect.stringMatching(expected),
      found,
      line: 1,
    })
  })
})

describe('keys nobody knows', () => {
  test.each([
    ['server: { prot: 1 }', 'server.prot', 'Did you mean "port"?'],
    ['server: { max_body_bytes: 1 }', 'server.max_body_bytes', 'Did you mean "maxBodyBytes"?'],
    ['provider: {}', 'provider', 'Did you mean "providers"?'],
    ['port: 8080', 'port', 'Did you mean server.port?'],
    ['logLevel: debug', 'logLevel', 'Did you mean telemetry.logLevel?'],
    ['cache: { ttl: 5 }', 'cache.ttl', 'Did you mean "ttlSeconds"?'],
    ['routing: { target: { qualty: 0.9 } }', 'routing.target.qualty', 'Did you mean "quality"?'],
    ['providers: { a: { type: openai, api_key: k } }', 'providers.a.api_key', 'Did you mean "apiKey"?'],
    ['auth: { keys: [{ name: a, hash: h, tennant: t }] }', 'auth.keys[0].tennant', 'Did you mean "tenant"?'],
  ])('%s', (text, path, hint) => {
    expect(problemsOf(text)).toContainEqual(
      expect.objectContaining({ path, hint, found: `the unknown key "${path.split('.').at(-1)}"` }),
    )
  })

  test('that resemble nothing are told what there is', () => {
    expect(problemsOf('cache: { audit: { zzzzzzzz: 1 } }')).toEqual([
      {
        path: 'cache.audit.zzzzzzzz',
        expected: 'one of the keys share, budgetUsdPerDay, judgeModel',
        found: 'the unknown key "zzzzzzzz"',
        line: 1,
      },
    ])
  })
})

describe('values that are nearly right', () => {
  test.each([
    ['cache: { store: rediss }', 'Did you mean "redis"?'],
    ['telemetry: { logLevel: INFO }', 'Did you mean "info"?'],
    ['providers: { a: { type: opnai } }', 'Did you mean "openai"?'],
    ['strict: yes', 'Write true.'],
    ['strict: off', 'Write false.'],
    ['aliases: { a: 4 }', 'Put it in quotes.'],
    ['server: { host: "0.0.0.0:80" }', 'The port goes to server.port.'],
    ['%YAML 1.1\n---\ncache: { store: off }', 'Write "off" in quotes.'],
  ])('%s', (text, hint) => {
    expect(problemsOf(text)).toEqual([expect.objectContaining({ hint })])
  })
})

describe('all problems', () => {
  const text = [
    'server:',
    '  prot: 1',
    '  port: many',
    'models:',
    '  - id: 5',
    '  - id: m',
    '    provider: nobody',
    '  - id: m',
    'routing:',
    '  fallbacks: { m: [m] }',
    'timeouts:',
    '  idleMs: ${IDLE}',
  ].join('\n')

  test('are reported at once, in the order of the file, then of the environment', () => {
    const problems = problemsOf(text, { PORT: 'abc', LOG_LEVEL: 'loud' })
    expect(problems.map(({ path, line }) => [path, line])).toEqual([
      ['server.prot', 2],
      ['models[0].id', 5],
      ['models[1].provider', 7],
      ['models[2].id', 8],
      ['routing.fallbacks.m[0]', 10],
      ['timeouts.idleMs', 12],
      ['PORT', undefined],
      ['LOG_LEVEL', undefined],
    ])
  })

  test('of the environment are reported even when the file cannot be read', () => {
    expect(problemsOf('a: [', { PORT: 'abc' }).map(({ path }) => path)).toEqual(['file', 'PORT'])
  })

  test('read as one line each under a headline', () => {
    const error = errorOf(() => loadText('server: { prot: 1 }\nstrict: maybe'))
    expect(error).toBeInstanceOf(ConfigError)
    expect(formatProblems(error)).toBe(
      [
        `2 problems in the configuration ${error.file}:`,
        '  server.prot (line 1): expected one of the keys host, port, maxBodyBytes, maxConcurrentRequests, drainTimeoutMs, stalledClientMs, cors, tls, dataDir, found the unknown key "prot". Did you mean "port"?',
        '  strict (line 2): expected true or false, found "maybe".',
      ].join('\n'),
    )
    expect(formatProblems({ problems: [{ path: 'a', expected: 'b', found: 'c' }], file: null })).toBe(
      '1 problem in the configuration:\n  a: expected b, found c.',
    )
  })

  test('keep their positions in lists from which other items were taken out', () => {
    const models = ['{ id: 1 }', '{ id: a }', '{ id: 2 }', '{ id: b, provider: x1 }', '{}', '{ id: b }']
    expect(problemsOf(`models: [${models.join(', ')}]`).map(({ path }) => path)).toEqual([
      'models[0].id',
      'models[2].id',
      'models[4].id',
      'models[5].id',
      'models[3].provider',
    ])
  })
})

describe('no message holds', () => {
  const PLANTED = 'pl4nted-S3cret-value'
  test.each([
    ['a key of the wrong form', `providers: { a: { type: openai, apiKey: "${PLANTED} x" } }`],
    ['a key where a list belongs', `providers: { a: { type: openai, apiKeys: ${PLANTED} } }`],
    ['a key in place of a provider', `providers: { a: sk-${PLANTED} }`],
    ['a key whose colon lacks its space', `providers: { a: { type: openai, "apiKey:sk-${PLANTED}" } }`],
    ['a credential header', `providers: { a: { type: openai, headers: { x-key: "${PLANTED}\\n" } } }`],
    ['a password of a base URL', `providers: { a: { type: openai, baseUrl: "ftp://user:${PLANTED}@host" } }`],
    ['a password of a URL that is none', `providers: { a: { type: openai, baseUrl: "user:${PLANTED}@host" } }`],
    ['a key in the query of a URL', `telemetry: { otlpEndpoint: "ftp://host?key=${PLANTED}" }`],
    ['the password of Redis', `cache: { redis: { url: "http://:${PLANTED}@host" } }`],
    ['a client key in place of its hash', `auth: { keys: [{ name: a, hash: ${PLANTED} }], adminKeyHash: ${PLANTED} }`],
    ['an encryption key', `cache: { encryptionKey: ${PLANTED} }`],
    [
      'a key that stands in the wrong place as well',
      `strict: ${PLANTED}\nproviders: { a: { type: openai, apiKey: ${PLANTED} } }`,
    ],
    ['a text that looks like a key', `strict: sk-${PLANTED}`],
    ['what a variable for secrets holds', 'server: { port: "${DB_PASSWORD}" }\nstrict: "${DB_PASSWORD}"'],
  ])('%s', (_what, text) => {
    const error = errorOf(() => loadText(`${text}\nzzz: 1`, { DB_PASSWORD: PLANTED }))
    expect(error.message).not.toContain(PLANTED)
    expect(JSON.stringify(error.problems)).not.toContain(PLANTED)
    expect(error.problems.length).toBeGreaterThan(1)
  })

  test('a key of the environment', () => {
    const error = errorOf(() =>
      loadText('', { OPENAI_API_KEY: `${PLANTED} ${PLANTED}`, REDIS_URL: `x://:${PLANTED}@h` }),
    )
    expect(error.problems.map(({ path }) => path)).toEqual(['OPENAI_API_KEY', 'REDIS_URL'])
    expect(error.message).not.toContain(PLANTED)
  })
})
