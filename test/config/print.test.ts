// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of configuration files.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { printConfig } from '../../src/config/print.js'
import { maskUrl } from '../../src/config/secrets.js'
import { loadText } from './load-text.js'

describe('the printed configuration', () => {
  test('is the effective one, as YAML that means the same', () => {
    const loaded = loadText('server: { port: 1 }\naliases: { "yes": "no", "1": "2" }', { LOG_LEVEL: 'warn' })
    expect(parse(printConfig(loaded))).toEqual(loaded.config)
  })

  test('starts with its file, what is off and what is odd', () => {
    const loaded = loadText('providers: { a: { type: anthropic, apiKey: "${K}" } }\nserver: { host: 0.0.0.0 }')
    expect(printConfig(loaded).split('\n').slice(0, 3)).toEqual([
      `# ${loaded.file}`,
      '# provider a is off: K is not set',
      expect.stringMatching(/^# warning: server\.host is 0\.0\.0\.0/),
    ])
  })

  test('shows where secrets are, and how hashes start', () => {
    const text = stringify({
      providers: {
        o: {
          type: 'openai',
          apiKey: 'sk-secret-1',
          apiKeys: ['sk-secret-2'],
          baseUrl: 'https://user:secret-3@host/v1',
          proxy: 'http://secret-token@proxy:3128',
          headers: { 'x-tenant': 'secret-4', 'User-Agent': 'ours/1.0' },
        },
      },
      auth: { adminKeyHash: `sha256:${'ab'.repeat(32)}` },
      cache: {
        encryptionKey: Buffer.alloc(32, 7).toString('base64'),
        redis: { url: 'rediss://:secret-5@r:6379/0', cluster: ['r1:6379', 'redis://u:secret-6@r2:6379'] },
      },
      telemetry: { otlpEndpoint: 'https://o/v1?token=secret-7' },
    })
    expect(parse(printConfig(loadText(text)))).toMatchObject({
      providers: {
        o: {
          apiKey: '***',
          apiKeys: ['***'],
          baseUrl: 'https://user:***@host/v1',
          proxy: 'http://***@proxy:3128',
          headers: { 'x-tenant': '***', 'User-Agent': 'ours/1.0' },
        },
      },
      auth: { adminKeyHash: 'sha256:abababab…' },
      cache: {
        encryptionKey: '***',
        redis: { url: 'rediss://:***@r:6379/0', cluster: ['r1:6379', 'redis://u:***@r2:6379'] },
      },
      telemetry: { otlpEndpoint: 'https://o/v1?***' },
    })
  })

  test('holds no planted secret, wherever it was planted', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/)
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 6, maxLength: 6 }), ([one, two, three, four, five, six]) => {
        const text = stringify({
          providers: {
            // The same key in a place that is shown, as mistakes go.
            o: {
              type: 'openai',
              apiKey: one,
              apiKeys: [two],
              headers: { 'x-a': `Bearer ${three}`, 'user-agent': one },
            },
            p: { type: 'openai', baseUrl: `http://u:${four}@h/${two}`, proxy: `http://${five}@h` },
          },
          cache: { redis: { url: `redis://:${six}@h`, keyPrefix: `${one}:` } },
          telemetry: { otlpEndpoint: `http://h/?a=${five}&b=${three}` },
        })
        const printed = printConfig(loadText(text))
        for (const secret of [one, two, three, four, five, six]) expect(printed).not.toContain(secret)
      }),
      { numRuns: 40 },
    )
  })

  test('keeps a line break in a file name from leaving its comment', () => {
    const loaded = loadText('')
    const printed = printConfig({ ...loaded, file: '/a\nstrict: true' })
    expect(parse(printed)).toMatchObject({ strict: false })
  })
})

describe('an address as it may be shown', () => {
  test.each([
    ['http://h', 'http://h'],
    ['http://h/v1/', 'http://h/v1/'],
    ['http://u:p@h', 'http://u:***@h'],
    ['http://u:p@h/', 'http://u:***@h/'],
    ['http://token@h/v1', 'http://***@h/v1'],
    ['http://h?k=v', 'http://h?***'],
    ['http://h/#k', 'http://h/'],
    ['host:6379', 'host:6379'],
    ['user:password@host', '***'],
    ['//user:password@host', '***'],
    ['not a url', 'not a url'],
  ])('%j is %j', (url, shown) => {
    expect(maskUrl(url)).toBe(shown)
  })
})
