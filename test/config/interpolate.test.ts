// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of configuration files.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { interpolate } from '../../src/config/interpolate.js'
import { loadText, problemsOf } from './load-text.js'

const ENV = { A: 'one', B: 'two', EMPTY: '', LOOKS: '${A}' }

describe('variables in texts', () => {
  test.each([
    ['${A}', 'one'],
    ['x${A}y${B}z', 'xoneytwoz'],
    ['${MISSING:-else}', 'else'],
    ['${MISSING:-}', ''],
    ['${EMPTY:-else}', 'else'],
    ['${EMPTY}', ''],
    ['${A:-else}', 'one'],
    ['${MISSING:-${B}}', 'two'],
    ['${MISSING:-a:-b}', 'a:-b'],
    ['${MISSING:-two\nlines}', 'two\nlines'],
    ['$${A}', '${A}'],
    ['$$${A}', '$${A}'],
    ['$A and $ and {A}', '$A and $ and {A}'],
    ['${LOOKS}', '${A}'],
  ])('%j becomes %j', (text, expected) => {
    expect(interpolate({ key: text }, ENV)).toMatchObject({ tree: { key: expected }, problems: [] })
  })

  test.each(['${', '${}', '${A', '${1A}', '${A-x}', '${A:+x}', '${a b}', '${MISSING:-${}}'])(
    '%j is refused',
    (text) => {
      const { problems } = interpolate({ server: { host: text } }, ENV)
      expect(problems).toHaveLength(1)
      expect(problems[0]).toMatchObject({ at: ['server', 'host'], found: 'a "${" that starts neither' })
    },
  )

  test('are never looked for in keys', () => {
    expect(interpolate({ '${A}': 1 }, ENV).tree).toEqual({ '${A}': 1 })
  })

  test('that object prototypes would answer for are not set', () => {
    expect(interpolate(['${constructor:-none}', '${toString:-none}'], ENV).tree).toEqual(['none', 'none'])
  })

  test('leave every text without a "${" alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('${'))
        expect(interpolate([text], ENV).tree).toEqual([text])
      }),
    )
  })

  test('can be written plainly by escaping, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('$', '{', '}', 'A', ':-', ' '), { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        fc.pre(!text.includes('$${'))
        const escaped = text.replaceAll('${', () => '$${')
        expect(interpolate([escaped], ENV).tree).toEqual([text])
      }),
    )
  })
})

describe('variables where another type belongs', () => {
  test('are read as numbers, booleans and null', () => {
    const { config } = loadText(
      [
        'server: { port: "${PORT_NUMBER}" }',
        'strict: ${STRICT}',
        'routing: { target: { quality: "${QUALITY}" }, shadow: { share: "${SHARE:-0.5}" } }',
        'inference: { threads: "${THREADS}" }',
        'timeouts: { commitHeadersMs: "${NONE:-null}" }',
        'telemetry: { otlpEndpoint: "${NONE:-}" }',
      ].join('\n'),
      { PORT_NUMBER: '9000', STRICT: 'true', QUALITY: '.9', THREADS: '2' },
    )
    expect(config.server.port).toBe(9000)
    expect(config.strict).toBe(true)
    expect(config.routing.target).toEqual({ quality: 0.9 })
    expect(config.routing.shadow.share).toBe(0.5)
    expect(config.inference.threads).toBe(2)
    expect(config.timeouts.commitHeadersMs).toBeNull()
    expect(config.telemetry.otlpEndpoint).toBeNull()
  })

  test('stay texts where texts belong', () => {
    const { config } = loadText(
      'cache: { redis: { keyPrefix: "${PREFIX}" } }\nproviders: { a: { type: openai, apiKey: "${K}" } }',
      {
        PREFIX: '007',
        K: '123456',
      },
    )
    expect(config.cache.redis.keyPrefix).toBe('007')
    expect(config.providers.a?.apiKey).toBe('123456')
  })

  test.each(['abc', '80 80', '0x50', '1e999', '8080;'])('are refused when they hold %j', (value) => {
    expect(problemsOf('server: { port: "${P}" }', { P: value })).toEqual([
      expect.objectContaining({ path: 'server.port', expected: 'a whole number from 0 to 65535', line: 1 }),
    ])
  })

  test('do not turn quoted numbers of the file into numbers', () => {
    expect(problemsOf('server: { port: "8080" }')).toEqual([
      {
        path: 'server.port',
        expected: 'a whole number from 0 to 65535',
        found: '"8080"',
        hint: 'Remove the quotes.',
        line: 1,
      },
    ])
  })
})

describe('a variable that is not set', () => {
  test('is a problem with its path, once', () => {
    const problems = problemsOf('models:\n  - id: m\n  - id: ${MODEL}\n    provider: openai\nserver:\n  port: ${P}')
    expect(problems).toEqual([
      {
        path: 'models[1].id',
        expected: 'the environment variable MODEL to be set',
        found: 'it is not set',
        hint: 'Write "${MODEL:-default}" for a value to use then.',
        line: 3,
      },
      expect.objectContaining({ path: 'server.port', expected: 'the environment variable P to be set', line: 6 }),
    ])
  })

  test("turns a provider off when it is the provider's key", () => {
    const text =
      'providers:\n  a: { type: openai, apiKey: "${A_KEY}" }\n  b: { type: openai, apiKeys: ["${B1}", "${B2}"] }'
    const { config, providersOff } = loadText(text, { B2: 'second' })
    expect(config.providers).toEqual({ b: expect.objectContaining({ apiKey: null, apiKeys: ['second'] }) })
    expect(providersOff).toEqual([{ name: 'a', reason: 'A_KEY is not set' }])
  })

  test('turns a provider off also when it is empty', () => {
    const { providersOff } = loadText('providers: { a: { type: openai, apiKey: "${A_KEY}" } }', { A_KEY: '' })
    expect(providersOff).toEqual([{ name: 'a', reason: 'A_KEY is not set' }])
  })

  test('turns a provider off that has an address of its own', () => {
    const { providersOff } = loadText('providers: { a: { type: openai, baseUrl: "http://x/v1", apiKey: "${A_KEY}" } }')
    expect(providersOff).toEqual([{ name: 'a', reason: 'A_KEY is not set' }])
  })

  test('is a problem in the rest of a provider', () => {
    expect(problemsOf('providers: { a: { type: openai, apiKey: k, headers: { x-team: "${TEAM}" } } }')).toEqual([
      expect.objectContaining({ path: 'providers.a.headers.x-team' }),
    ])
  })
})
