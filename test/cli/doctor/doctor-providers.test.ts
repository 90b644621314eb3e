import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { stringify } from 'yaml'
import { checkProviders } from '../../../src/cli/doctor/check-providers.js'
import { loadConfig } from '../../../src/config/load.js'
import type { Config } from '../../../src/config/schema.js'
import { startOtlpReceiver } from '../../support/otlp-receiver.js'
import {
  type CapturedRequest,
  type ProviderServer,
  type Reply,
  startProviderServer,
} from '../../support/provider-server.js'
import { runDoctor } from './run-doctor.js'

// Each case starts the real process.
vi.setConfig({ testTimeout: 60_000 })

const GOOD = 'sk-good-key-0123456789abcdef'
const BAD = 'sk-bad-key-0123456789abcdef'
const LIST = { data: [{ id: 'm' }], models: [{ name: 'models/m' }] }

let server: ProviderServer
beforeAll(async () => {
  server = await startProviderServer()
})
afterAll(() => server.close())

/** How each vendor answers its list of models: to the right key, and to a wrong one. */
function vendor(reply: Reply, { headers, path }: CapturedRequest): void {
  switch (path) {
    case '/v1/models?limit=1':
      if (headers['x-api-key'] === GOOD && headers['anthropic-version'] === '2023-06-01') return reply.json(LIST)
      return reply.json(
        { type: 'error', error: { type: 'authentication_error', message: `invalid x-api-key ${BAD}` } },
        401,
      )
    case '/v1beta/models?pageSize=1':
      if (headers['x-goog-api-key'] === GOOD) return reply.json(LIST)
      return reply.json(
        {
          error: {
            code: 400,
            message: 'API key not valid.',
            status: 'INVALID_ARGUMENT',
            details: [{ reason: 'API_KEY_INVALID' }],
          },
        },
        400,
      )
    case '/v1/models':
      if (headers.authorization === `Bearer ${GOOD}`) return reply.json(LIST)
      return reply.json({ error: { message: `Incorrect API key provided: ${BAD}`, code: 'invalid_api_key' } }, 401)
    default:
      reply.json({}, 404)
  }
}

function configOf(config: object): Config {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-doctor-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'llmrouter.yaml'), stringify(config))
  return loadConfig({ env: {}, cwd: folder }).config
}

const vendors = (apiKey: string) => ({
  anthropic: { type: 'anthropic', apiKey, baseUrl: server.url },
  google: { type: 'gemini', apiKey, baseUrl: server.url },
  openai: { type: 'openai', apiKey, baseUrl: `${server.url}/v1` },
})

test('each provider is asked for its models with its own key, once', async () => {
  server.script(vendor)
  const before = server.requests.length
  const { code, of, text } = await runDoctor({ config: { server: { port: 0 }, providers: vendors(GOOD) } })
  expect(code).toBe(0)
  for (const name of ['anthropic', 'google', 'openai']) {
    const message = expect.stringMatching(/lists its models in \d+ ms; it took the key/)
    expect(of(`provider ${name}`)).toMatchObject([{ status: 'ok', message }])
  }
  expect(of('clock')).toMatchObject([{ status: 'ok' }])
  expect(server.requests.slice(before).map(({ method }) => method)).toEqual(['GET', 'GET', 'GET'])
  expect(text).not.toContain(GOOD)
})

test('a key that is refused is a failure that names the setting and never the key', async () => {
  server.script(vendor)
  const { code, of, text } = await runDoctor({ config: { server: { port: 0 }, providers: vendors(BAD) } })
  expect(code).toBe(1)
  for (const [name, variable] of [
    ['anthropic', 'ANTHROPIC_API_KEY'],
    ['google', 'GOOGLE_API_KEY'],
    ['openai', 'OPENAI_API_KEY'],
  ]) {
    const fix = expect.stringContaining(`providers.${name}.apiKey (or ${variable})`)
    expect(of(`provider ${name}`)).toMatchObject([
      { status: 'fail', message: expect.stringMatching(/refuses the key/), fix },
    ])
  }
  expect(text).not.toContain(BAD)
})

test('of several keys the one that is refused is told', async () => {
  server.script(vendor)
  const providers = { openai: { type: 'openai', apiKey: GOOD, apiKeys: [BAD], baseUrl: `${server.url}/v1` } }
  const { code, of, text } = await runDoctor({ config: { server: { port: 0 }, providers } })
  expect(code).toBe(1)
  expect(of('provider openai key 1')).toMatchObject([{ status: 'ok' }])
  expect(of('provider openai key 2')).toMatchObject([
    { status: 'fail', fix: expect.stringContaining('providers.openai.apiKeys[0]') },
  ])
  expect(text).not.toMatch(new RegExp(`${GOOD}|${BAD}`))
})

describe('a provider that', () => {
  test.each<[string, (reply: Reply) => void, 'warn' | 'fail', RegExp]>([
    ['has no list of models', (reply) => reply.json({}, 404), 'warn', /lists no models/],
    [
      'is at its limit',
      (reply) => reply.json({ error: { message: 'Slow down' } }, 429),
      'warn',
      /takes no calls for now/,
    ],
    ['is overloaded', (reply) => reply.json({ error: { message: 'Busy' } }, 503), 'warn', /is in trouble/],
    ['fails', (reply) => reply.json('<html>Bad Gateway</html>', 500), 'warn', /is in trouble/],
    ['redirects', (reply) => reply.json('', 301, { location: 'https://example.com/' }), 'fail', /redirects/],
    ['is a web page', (reply) => reply.json('<html>', 200, { 'content-type': 'text/html' }), 'warn', /text\/html/],
    ['resets the connection', (reply) => reply.reset(), 'fail', /closed the connection/],
  ])('%s', async (_name, script, status, message) => {
    server.script(script)
    const providers = { local: { type: 'openai', baseUrl: `${server.url}/v1` } }
    const { diagnoses } = await checkProviders(configOf({ providers }))
    expect(diagnoses).toMatchObject([
      { name: 'provider local', status, message: expect.stringMatching(message), fix: expect.any(String) },
    ])
  })

  test('is not there', async () => {
    const providers = { local: { type: 'openai', baseUrl: 'http://127.0.0.1:9/v1' } }
    const { code, of, leftOut } = await runDoctor({ config: { server: { port: 0 }, providers } })
    expect([code, of('provider local')]).toMatchObject([
      1,
      [{ message: expect.stringContaining('connection refused') }],
    ])
    expect(leftOut).toMatchObject([{ name: 'clock' }])
  })

  test('has no key is off', async () => {
    const config = `providers: { openai: { type: openai, apiKey: "\${NO_SUCH_KEY}" } }`
    const { code, of } = await runDoctor({ config, args: ['--offline'] })
    expect(code).toBe(0)
    expect(of('provider openai')).toMatchObject([{ status: 'warn', message: 'is off: NO_SUCH_KEY is not set' }])
  })
})

test('a clock that is wrong is told by what the provider says', async () => {
  server.script((reply) => reply.json(LIST, 200, { date: new Date(Date.now() - 3_600_000).toUTCString() }))
  const providers = { local: { type: 'openai', baseUrl: `${server.url}/v1` } }
  const { code, of } = await runDoctor({ config: { server: { port: 0 }, providers } })
  expect([code, of('clock')]).toMatchObject([1, [{ message: expect.stringMatching(/^is 36\d\d s ahead of/) }]])
})

test('--offline calls nobody', async () => {
  const before = server.requests.length
  const config = { server: { port: 0 }, providers: vendors(GOOD) }
  const { code, checks, leftOut } = await runDoctor({ config, args: ['--offline'] })
  expect(code).toBe(0)
  expect(checks.some(({ name }) => name.startsWith('provider') || name === 'clock')).toBe(false)
  expect(leftOut).toEqual([{ name: 'keys of providers, clock, collector of traces', reason: '--offline' }])
  expect(server.requests.length).toBe(before)
})

test('a collector of traces is sent none, with its headers', async () => {
  const collector = await startOtlpReceiver()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: 'x-team=blue' }
  const good = await runDoctor({ env })
  expect([good.code, good.of('traces')]).toMatchObject([0, [{ status: 'ok' }]])
  expect(collector.requests).toMatchObject([{ path: '/v1/traces', headers: { 'x-team': 'blue' } }])
  expect(collector.spans).toEqual([])
  await collector.close()
  const gone = await runDoctor({ env: { ...env, OTEL_EXPORTER_OTLP_TIMEOUT: '300' } })
  expect([gone.code, gone.of('traces')]).toMatchObject([1, [{ status: 'fail', fix: expect.stringContaining('4318') }]])
})
