// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of configuration files.
import { describe, expect, test } from 'vitest'
import { loadText, problemsOf } from './load-text.js'

describe('the environment without a file', () => {
  test('sets port, host, data folder, log level and store', () => {
    const { config, warnings } = loadText('', {
      PORT: '9000',
      HOST: '::1',
      LLMROUTER_DATA_DIR: '/var/lib/llmrouter',
      LOG_LEVEL: 'DEBUG',
      LLMROUTER_CACHE_STORE: 'Memory',
    })
    expect(config.server).toMatchObject({ port: 9000, host: '::1', dataDir: '/var/lib/llmrouter' })
    expect(config.telemetry.logLevel).toBe('debug')
    expect(config.cache.store).toBe('memory')
    expect(warnings).toEqual([])
  })

  test('turns on the providers whose keys it has', () => {
    const { config, providersOff } = loadText('', {
      ANTHROPIC_API_KEY: 'a-key\n',
      GEMINI_API_KEY: 'g-key',
      OPENAI_API_KEY: 'o-key',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:1/v1/',
      GOOGLE_BASE_URL: 'http://127.0.0.1:2/v1beta',
      OPENAI_BASE_URL: 'http://127.0.0.1:3/v1/',
    })
    expect(config.providers).toMatchObject({
      anthropic: { type: 'anthropic', apiKey: 'a-key', baseUrl: 'http://127.0.0.1:1' },
      google: { type: 'gemini', apiKey: 'g-key', baseUrl: 'http://127.0.0.1:2' },
      openai: { type: 'openai', apiKey: 'o-key', baseUrl: 'http://127.0.0.1:3/v1' },
    })
    expect(Object.keys(config.providers)).toEqual(['anthropic', 'google', 'openai'])
    expect(providersOff).toEqual([])
  })

  test('leaves the simulator on when it has no key, whatever base URL it has', () => {
    const { config, providersOff } = loadText('', { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1', OPENAI_API_KEY: '' })
    expect(Object.keys(config.providers)).toEqual(['simulator'])
    expect(providersOff).toEqual([
      { name: 'anthropic', reason: 'ANTHROPIC_BASE_URL is set, but ANTHROPIC_API_KEY is not' },
    ])
  })

  test("says which of Google's two names is used when they differ", () => {
    const { config, warnings } = loadText('', { GOOGLE_API_KEY: 'one', GEMINI_API_KEY: 'two' })
    expect(config.providers.google?.apiKey).toBe('one')
    expect(warnings).toEqual(['GOOGLE_API_KEY and GEMINI_API_KEY differ; GOOGLE_API_KEY is used.'])
    expect(loadText('', { GOOGLE_API_KEY: 'one', GEMINI_API_KEY: 'one' }).warnings).toEqual([])
  })

  test('switches the store to Redis by REDIS_URL', () => {
    const { config } = loadText('', { REDIS_URL: 'redis://cache:6380' })
    expect(config.cache).toMatchObject({ store: 'redis', redis: { url: 'redis://cache:6380' } })
  })

  test('counts empty variables as not set', () => {
    const { config } = loadText('', { PORT: '', HOST: ' ', REDIS_URL: '', LOG_LEVEL: '', ANTHROPIC_API_KEY: '' })
    expect(config.server).toMatchObject({ port: 8080, host: 'auto' })
    expect(config.cache.store).toBe('embedded')
  })

  test.each([
    ['PORT', 'abc', 'a whole number from 0 to 65535', '"abc"', 'server.port'],
    ['PORT', '70000', 'a whole number from 0 to 65535', '70000', 'server.port'],
    ['HOST', 'a b', '"auto", a host name or an IP address, without port', '"a b"', 'server.host'],
    ['LOG_LEVEL', 'loud', 'one of trace, debug, info, warn, error, fatal, silent', '"loud"', 'telemetry.logLevel'],
    ['LLMROUTER_CACHE_STORE', 'disk', 'one of embedded, memory, redis, off', '"disk"', 'cache.store'],
    ['REDIS_URL', 'cache:6379', 'a redis:// or rediss:// URL', '"cache:6379"', 'cache.redis.url'],
  ])('is told by its own name that %s=%s is wrong', (path, value, expected, found, key) => {
    expect(problemsOf('', { [path]: value })).toEqual([
      { path, expected, found, hint: expect.stringContaining(`The environment variable sets ${key}.`) },
    ])
  })

  test('is told that a base URL is wrong', () => {
    expect(problemsOf('', { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'localhost:1' })).toEqual([
      expect.objectContaining({ path: 'OPENAI_BASE_URL', found: '"localhost:1"' }),
    ])
  })
})

describe('the environment beside a file', () => {
  test('wins for what deployments set, and says so', () => {
    const { config, warnings } = loadText(
      'server: { port: 1, host: 10.0.0.1 }\ncache: { store: memory }\nauth: { keys: [] }',
      {
        PORT: '2',
        HOST: '127.0.0.1',
        LLMROUTER_CACHE_STORE: 'off',
      },
    )
    expect(config.server).toMatchObject({ port: 2, host: '127.0.0.1' })
    expect(config.cache.store).toBe('off')
    expect(warnings).toEqual([
      'PORT of the environment overrides server.port of the configuration file.',
      'HOST of the environment overrides server.host of the configuration file.',
      'LLMROUTER_CACHE_STORE of the environment overrides cache.store of the configuration file.',
    ])
  })

  test('does not warn where both say the same', () => {
    expect(loadText('server: { port: "${PORT}" }', { PORT: '2' }).warnings).toEqual([])
  })

  test('keeps a store that the file states, whatever REDIS_URL says', () => {
    const { config, warnings } = loadText('cache: { store: memory }', { REDIS_URL: 'redis://r' })
    expect(config.cache.store).toBe('memory')
    expect(warnings).toEqual(['REDIS_URL is set, but cache.store of the configuration file is not redis.'])
  })

  test('loses against a provider of the same name', () => {
    const { config } = loadText('providers: { openai: { type: openai, apiKey: file, baseUrl: "http://f/v1" } }', {
      OPENAI_API_KEY: 'env',
      OPENAI_BASE_URL: 'http://e/v1',
    })
    expect(config.providers.openai).toMatchObject({ apiKey: 'file', baseUrl: 'http://f/v1' })
  })

  test('fills in what a provider of the same name and type leaves open', () => {
    const { config } = loadText('providers: { anthropic: { type: anthropic, models: [claude-haiku-5-5] } }', {
      ANTHROPIC_API_KEY: 'env',
      ANTHROPIC_BASE_URL: 'http://e',
    })
    expect(config.providers.anthropic).toMatchObject({
      apiKey: 'env',
      baseUrl: 'http://e',
      models: ['claude-haiku-5-5'],
    })
    const keyed = loadText('providers: { anthropic: { type: anthropic, apiKey: "${ANTHROPIC_API_KEY}" } }', {
      ANTHROPIC_API_KEY: 'env',
      ANTHROPIC_BASE_URL: 'http://e',
    })
    expect(keyed.config.providers.anthropic).toMatchObject({ apiKey: 'env', baseUrl: 'http://e' })
  })

  test("never sends a vendor's key to a server that only shares its name", () => {
    const local = loadText('providers: { openai: { type: openai, baseUrl: "http://local/v1" } }', {
      OPENAI_API_KEY: 'secret-key',
    })
    expect(local.config.providers.openai).toMatchObject({ apiKey: null, baseUrl: 'http://local/v1' })
    expect(local.warnings).toEqual([
      'OPENAI_API_KEY is not sent to http://local/v1: write apiKey: "${OPENAI_API_KEY}" in providers.openai if it should be.',
    ])
    const other = loadText('providers: { openai: { type: anthropic } }', { OPENAI_API_KEY: 'secret-key' })
    expect(other.config.providers).not.toHaveProperty('openai')
  })

  test('adds its providers to those of the file', () => {
    const { config } = loadText('providers: { local: { type: openai, baseUrl: "http://l/v1" } }', {
      OPENAI_API_KEY: 'k',
    })
    expect(Object.keys(config.providers)).toEqual(['local', 'openai'])
  })
})
