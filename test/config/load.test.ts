// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of configuration files.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { errorOf, loadText, problemsOf, temporaryFolder } from './load-text.js'

/** The documented tree: a changed default is a changed contract. */
const DEFAULTS = {
  server: {
    host: 'auto',
    port: 8080,
    maxBodyBytes: 10_485_760,
    maxConcurrentRequests: 4096,
    drainTimeoutMs: 30_000,
    stalledClientMs: 10_000,
    cors: { origins: [] },
    tls: null,
    dataDir: null,
  },
  strict: false,
  auth: { keys: [], revokeOpenStreams: false, assumedUsdPerMTok: 10, adminKeyHash: null },
  providers: {
    simulator: {
      type: 'simulator',
      apiKey: null,
      apiKeys: [],
      baseUrl: null,
      headers: {},
      proxy: null,
      caFile: null,
      models: [],
    },
  },
  models: [],
  aliases: {},
  routing: {
    auto: { cheap: null, strong: null, strategy: 'auto' },
    target: { quality: 0.98 },
    sticky: true,
    fallbacks: {},
    shadow: { share: 0, budgetUsdPerDay: 1 },
    escalate: false,
  },
  attempts: {
    max: 3,
    retryBudgetMs: 30_000,
    retryShare: 0.2,
    breaker: { windowMs: 30_000, minRequests: 10, failureRatio: 0.5, openMs: 10_000 },
    hedge: { enabled: false, percentile: 0.95, maxExtraShare: 0.08 },
  },
  timeouts: {
    connectMs: 5000,
    firstTokenMs: 60_000,
    idleMs: 60_000,
    totalMs: 600_000,
    keepAliveCommentMs: 15_000,
    commitHeadersMs: null,
  },
  cache: {
    store: 'embedded',
    redis: {
      url: 'redis://localhost:6379',
      keyPrefix: 'llmrouter:',
      cluster: [],
      sentinels: [],
      sentinelName: null,
      tls: false,
      commandTimeoutMs: 50,
    },
    ttlSeconds: 3600,
    maxEntries: 50_000,
    maxEntryBytes: 1_048_576,
    maxTemperature: null,
    excludeModels: [],
    storePrompts: true,
    encryptionKey: null,
    semantic: { mode: 'bounded', maxFalseHitRate: 0.05, threshold: 0.92 },
    audit: { share: 0.05, budgetUsdPerDay: 1, judgeModel: null },
    replay: { mode: 'instant', tokensPerSecond: 80 },
  },
  inference: { threads: 'auto', embedder: 'auto', maxQueue: 1024, deadlineMs: 50, mirror: null },
  telemetry: { logLevel: 'info', logPrompts: false, metricsPort: null, metricsAuth: false, otlpEndpoint: null },
}

describe('without a file', () => {
  test('the documented defaults are in force, and the simulator answers', () => {
    expect(loadConfig({ env: {}, cwd: temporaryFolder() })).toEqual({
      config: DEFAULTS,
      file: null,
      providersOff: [],
      standIn: true,
      warnings: [],
    })
  })

  test('a file with the wrong ending is mentioned', () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'llmrouter.yml'), 'strict: true')
    const { config, warnings } = loadConfig({ env: {}, cwd })
    expect(config.strict).toBe(false)
    expect(warnings).toEqual(['llmrouter.yml is not read; its name must be llmrouter.yaml.'])
  })
})

describe('the file', () => {
  test('is that of --config, else of LLMROUTER_CONFIG, else ./llmrouter.yaml', () => {
    const cwd = temporaryFolder()
    for (const [name, port] of Object.entries({ given: 1, named: 2, llmrouter: 3 })) {
      writeFileSync(join(cwd, `${name}.yaml`), `server: { port: ${port} }`)
    }
    const env = { LLMROUTER_CONFIG: 'named.yaml' }
    expect(loadConfig({ file: 'given.yaml', env, cwd })).toMatchObject({
      file: join(cwd, 'given.yaml'),
      config: { server: { port: 1 } },
    })
    expect(loadConfig({ env, cwd }).config.server.port).toBe(2)
    expect(loadConfig({ env: { LLMROUTER_CONFIG: '' }, cwd }).config.server.port).toBe(3)
  })

  test('has to exist when it is named', () => {
    const cwd = temporaryFolder()
    mkdirSync(join(cwd, 'folder'))
    expect(errorOf(() => loadConfig({ file: 'missing.yaml', env: {}, cwd })).problems).toEqual([
      {
        path: '--config',
        expected: 'a readable file',
        found: `${JSON.stringify(join(cwd, 'missing.yaml'))} (there is no such file)`,
      },
    ])
    expect(errorOf(() => loadConfig({ env: { LLMROUTER_CONFIG: 'folder' }, cwd })).problems).toEqual([
      expect.objectContaining({ path: 'LLMROUTER_CONFIG', found: expect.stringContaining('it is a folder') }),
    ])
  })

  test.each([
    ['is empty', ''],
    ['holds comments alone', '# nothing yet\n'],
    ['holds an empty document', '---\n'],
    ['starts with a byte order mark', '\ufeff# nothing\n'],
    ['has sections whose keys are all commented out', 'server:\n  # port: 1\nproviders:\nmodels:\nauth:\n  keys:\n'],
  ])('means the defaults when it %s', (_what, text) => {
    expect(loadText(text).config).toEqual(DEFAULTS)
  })

  test('may use anchors and merge keys', () => {
    const { config } = loadText(
      'providers:\n  a: &base\n    type: openai\n    apiKey: k\n    headers: { x: "1" }\n  b:\n    <<: *base\n    apiKey: other\n',
    )
    expect(config.providers.b).toEqual({ ...config.providers.a, apiKey: 'other' })
  })

  test('is frozen in all its depth once loaded', () => {
    const { config } = loadText('models: [{ id: m, provider: openai, price: { inputPerMTok: 1 } }]')
    expect(Object.isFrozen(config.models[0]?.price)).toBe(true)
    expect(Object.isFrozen(config.cache.redis)).toBe(true)
  })

  test('fills client keys with what they leave out', () => {
    const hash = `SHA256:${'AB'.repeat(32)}`.replace('SHA256', 'sha256')
    expect(loadText(`auth: { keys: [{ name: team, hash: "${hash}" }] }`).config.auth.keys).toEqual([
      {
        name: 'team',
        hash: hash.toLowerCase(),
        tenant: 'team',
        models: ['*'],
        expires: null,
        rpm: null,
        tpm: null,
        maxConcurrent: null,
        budgetUsdPerDay: null,
        budgetUsdPerMonth: null,
      },
    ])
  })
})

describe('a text that is not a configuration', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  for (let depth = 1; depth < 9; depth += 1) {
    const [before, here] = ['abcdefghi'[depth - 1], 'abcdefghi'[depth]]
    bomb.push(`${here}: &${here} [${Array(10).fill(`*${before}`).join(', ')}]`)
  }

  test.each([
    ['a bracket that is not closed', 'strict: [1', 'file', /bracket that is not closed/],
    ['a key twice', 'strict: true\nstrict: false', 'file', /a key that stands there twice/],
    ['a tab as indentation', 'server:\n\tport: 1', 'file', /a tab/],
    ['a second document', 'strict: true\n---\nstrict: true', 'file', /several/],
    ['a list', '- strict', 'file', /a list/],
    ['a single value', 'strict', 'file', /a single value/],
    ['an unknown tag', 'strict: !secret x', 'file', /a tag/],
    ['an alias without an anchor', 'strict: *other', 'file', /alias/],
    ['an alias of what it stands in', 'server: &s\n  cors: *s', 'server.cors', /alias of something it stands in/],
    ['an alias bomb', bomb.join('\n'), 'file', /too many aliases/],
    ['far too many brackets', '['.repeat(100_000), 'file', /far more/],
    ['far too many braces', 'a: {a: '.repeat(50_000), 'file', /far more/],
    ['far too many dashes', '- '.repeat(100_000), 'file', /far more/],
    ['far too many questions', '? '.repeat(100_000), 'file', /far more/],
    ['far too many keys on a line', 'a: '.repeat(100_000), 'file', /far more/],
    [
      'far too much indentation',
      Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      'file',
      /far more/,
    ],
    ['a deep tree', `a: ${'{a: '.repeat(40)}1${'}'.repeat(40)}`, 'a.a.a.a.a.a.a.a', /more/],
    ['far too many values', `a: [${'1,'.repeat(100_001)}1]`, '', /more/],
    ['a key that is no text', '? [a]\n: 1', 'file', /a key that is not a text/],
    ['the key __proto__', '__proto__: { strict: true }', '__proto__', /unknown/],
    ['a megabyte and more', `#${'x'.repeat(1_048_576)}`, 'file', /characters/],
    ['a variable without quotes in braces', 'server: { port: ${P} }', 'file', /does not belong/],
  ])('with %s is refused', (_what, text, path, found) => {
    const [problem, ...others] = problemsOf(text)
    expect(problem).toMatchObject({ path, found: expect.stringMatching(found) })
    expect(others).toEqual([])
  })

  test('gets the line of the fault', () => {
    expect(problemsOf('strict: true\n\nserver: { port: 1\n')).toEqual([expect.objectContaining({ line: 4 })])
  })

  test('never shows what stands on that line', () => {
    const { message } = errorOf(() => loadText('providers:\n  a:\n    apiKey: "sk-planted\n    type: openai: x\n'))
    expect(message).not.toContain('sk-planted')
  })
})
