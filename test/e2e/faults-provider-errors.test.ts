import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ExpectedError,
  expectBrokenStream,
  expectErrorAnswer,
  expectLogged,
  expectNothingPlanted,
} from '../support/read-answer.js'
import {
  type ClientDialect,
  PLANTED_KEY,
  PLANTED_PROMPT,
  type ProviderName,
  startTestBed,
  type TestBed,
  UPSTREAM_MODELS,
} from '../support/test-bed.js'
import { TRANSPORTS } from '../support/transports.js'

interface ErrorRow extends ExpectedError {
  /** Name of the wire fixture. */
  readonly fixture: string
  /** As the provider sends it. */
  readonly sent: number
  readonly sentHeaders?: Readonly<Record<string, string>>
  /** What the client is told to wait. */
  readonly retryAfter?: string
  /** Waiting or repeating cannot help, and the client is told so. */
  readonly hopeless?: true
}

type Told = Omit<ExpectedError, 'param' | 'message'>

const BAD_REQUEST: Told = {
  status: 400,
  type: 'invalid_request_error',
  code: null,
  anthropicType: 'invalid_request_error',
}
const AUTH: Told & { hopeless: true } = {
  status: 502,
  type: 'upstream_error',
  code: 'upstream_auth_failed',
  anthropicType: 'api_error',
  hopeless: true,
}
const NO_MODEL: Told = {
  status: 404,
  type: 'invalid_request_error',
  code: 'model_not_found',
  anthropicType: 'not_found_error',
}
const TOO_LARGE: Told = {
  status: 413,
  type: 'invalid_request_error',
  code: 'request_too_large',
  anthropicType: 'request_too_large',
}
const RATE_LIMIT: Told = {
  status: 429,
  type: 'rate_limit_error',
  code: 'rate_limit_exceeded',
  anthropicType: 'rate_limit_error',
}
const QUOTA: Told & { hopeless: true } = {
  status: 429,
  type: 'insufficient_quota',
  code: 'insufficient_quota',
  anthropicType: 'rate_limit_error',
  hopeless: true,
}
const FAILED: Told = { status: 502, type: 'server_error', code: 'upstream_error', anthropicType: 'api_error' }
const OVERLOADED: Told & { retryAfter: string } = {
  status: 503,
  type: 'server_error',
  code: 'overloaded',
  anthropicType: 'overloaded_error',
  retryAfter: '1',
}
const TIMEOUT: Told = { status: 504, type: 'server_error', code: 'upstream_timeout', anthropicType: 'timeout_error' }

const ROWS: readonly ErrorRow[] = [
  { fixture: 'anthropic-error-400.json', sent: 400, ...BAD_REQUEST, message: /max_tokens: Field required/ },
  { fixture: 'anthropic-error-400-details.json', sent: 400, ...BAD_REQUEST, message: /An image is too large/ },
  { fixture: 'anthropic-error-401.json', sent: 401, ...AUTH },
  { fixture: 'anthropic-error-404.json', sent: 404, ...NO_MODEL },
  { fixture: 'anthropic-error-413.json', sent: 413, ...TOO_LARGE },
  {
    fixture: 'anthropic-error-429.json',
    sent: 429,
    sentHeaders: { 'retry-after': '12', 'anthropic-ratelimit-input-tokens-remaining': '0' },
    ...RATE_LIMIT,
    retryAfter: '12',
  },
  { fixture: 'anthropic-error-429-spend.json', sent: 429, ...QUOTA },
  { fixture: 'anthropic-error-500.json', sent: 500, ...FAILED },
  { fixture: 'anthropic-error-502.html', sent: 502, ...FAILED },
  { fixture: 'anthropic-error-504.json', sent: 504, ...TIMEOUT },
  { fixture: 'anthropic-error-529.json', sent: 529, ...OVERLOADED },
  {
    fixture: 'anthropic-error-529.json',
    sent: 529,
    sentHeaders: { 'retry-after': '7' },
    ...OVERLOADED,
    retryAfter: '7',
  },
  { fixture: 'gemini-error-400.json', sent: 400, ...BAD_REQUEST },
  { fixture: 'gemini-error-400-signature.json', sent: 400, ...BAD_REQUEST },
  { fixture: 'gemini-error-401-as-400.json', sent: 400, ...AUTH },
  { fixture: 'gemini-error-403.json', sent: 403, ...AUTH },
  { fixture: 'gemini-error-404.json', sent: 404, ...NO_MODEL },
  { fixture: 'gemini-error-429.json', sent: 429, ...RATE_LIMIT, retryAfter: '37' },
  { fixture: 'gemini-error-429-daily.json', sent: 429, ...QUOTA },
  { fixture: 'gemini-error-500.json', sent: 500, ...FAILED },
  { fixture: 'gemini-error-503.json', sent: 503, ...OVERLOADED },
  { fixture: 'gemini-error-504.json', sent: 504, ...TIMEOUT },
  { fixture: 'gemini-error-array-wrapped.json', sent: 429, ...RATE_LIMIT },
  {
    fixture: 'openai-error-400.json',
    sent: 400,
    ...BAD_REQUEST,
    // OpenAI's own code for a fault of the client's.
    code: 'unsupported_value',
    param: 'temperature',
    message: /temperature/,
  },
  {
    fixture: 'openai-error-400-tools-reasoning.json',
    sent: 400,
    ...BAD_REQUEST,
    param: 'reasoning_effort',
    message: /Function tools/,
  },
  { fixture: 'openai-error-401.json', sent: 401, ...AUTH },
  { fixture: 'openai-error-404.json', sent: 404, ...NO_MODEL },
  {
    fixture: 'openai-error-429.json',
    sent: 429,
    sentHeaders: { 'retry-after': '3' },
    ...RATE_LIMIT,
    retryAfter: '3',
  },
  {
    fixture: 'openai-error-429.json',
    sent: 429,
    sentHeaders: { 'retry-after-ms': '1200' },
    ...RATE_LIMIT,
    retryAfter: '2',
  },
  { fixture: 'openai-error-429-quota.json', sent: 429, sentHeaders: { 'retry-after': '3' }, ...QUOTA },
  { fixture: 'openai-error-500.json', sent: 500, ...FAILED },
  { fixture: 'openai-error-503.json', sent: 503, ...OVERLOADED },
]

const CLIENTS: readonly ClientDialect[] = ['openai', 'anthropic']

describe.each(TRANSPORTS)('over %s', (transport) => {
  let bed: TestBed
  beforeAll(async () => {
    bed = await startTestBed(transport)
  })
  afterAll(async () => {
    expectNothingPlanted(bed.gateway.rawLog())
    await bed.close()
  })

  describe.each(CLIENTS)('a client of %s', (client) => {
    test.concurrent.each(ROWS)('is told $status $code for $fixture ($sentHeaders)', async (row) => {
      const body = fixture(row.fixture)
      const contentType = row.fixture.endsWith('.html') ? 'text/html' : 'application/json'
      for (const stream of [true, false]) {
        const asked = bed.ask({ client, model: UPSTREAM_MODELS[providerOf(row.fixture)], stream }, (reply) =>
          reply.json(body, row.sent, { 'content-type': contentType, ...row.sentHeaders }),
        )
        const answer = await asked.answer
        expectErrorAnswer(client, answer, asked.id, row)
        expect(answer.headers.get('retry-after')).toBe(row.retryAfter ?? null)
        expect(answer.headers.get('x-should-retry')).toBe(row.hopeless === true ? 'false' : null)
        await expectLogged(asked, { end: 'failed', status: row.status, upstreamStatus: row.sent })
      }
    })

    test.concurrent.each(['openai', 'anthropic', 'google'] as const)(
      'never sees the key that %s quotes in its error',
      async (provider) => {
        const message = `Incorrect API key provided: ${PLANTED_KEY}. You said: ${PLANTED_PROMPT}`
        const error = { message, type: 'api_error', code: 500, status: 'INTERNAL' }
        for (const status of [401, 403, 500, 503]) {
          const asked = bed.ask({ client, model: UPSTREAM_MODELS[provider], stream: true }, (reply) =>
            reply.json({ type: 'error', error }, status),
          )
          const answer = await asked.answer
          expect(answer.status).toBeGreaterThanOrEqual(502)
          expectNothingPlanted(answer.text)
        }
        // A message about the client's request is passed on, but for keys in it.
        const asked = bed.ask({ client, model: UPSTREAM_MODELS[provider], stream: true }, (reply) => {
          const detail = `max_tokens: too many, says the account of ${PLANTED_KEY}`
          reply.json(
            { type: 'error', error: { message: detail, type: 'invalid_request_error', status: 'INVALID_ARGUMENT' } },
            400,
          )
        })
        expect((await asked.answer).text).toMatch(/max_tokens: too many/)
        expectNothingPlanted((await asked.answer).text)
      },
    )

    test.concurrent.each(['openai', 'anthropic', 'gemini'] as const)(
      'is told inside the stream when a stream of %s breaks',
      async (family) => {
        const provider = family === 'gemini' ? 'google' : family
        const ask = (name: string) =>
          bed.ask({ client, model: UPSTREAM_MODELS[provider], stream: true }, (reply) => reply.stream(fixture(name)))
        const cut = ask(`${family}-stream-truncated.sse`)
        const truncated = { ...FAILED, code: 'stream_truncated', text: 'This sentence is cut' }
        expectBrokenStream(client, await cut.answer, cut.id, truncated)
        await expectLogged(cut, { end: 'broken', status: 200, error: 'stream_truncated' })

        const failed = ask(`${family}-stream-midstream-error.sse`)
        const told = family === 'openai' ? FAILED : OVERLOADED
        expectBrokenStream(client, await failed.answer, failed.id, { ...told, text: 'Partial ' })
        await expectLogged(failed, { end: 'broken', status: 200, error: told.code })
      },
    )

    test.concurrent('gets a status when a stream of anthropic begins with an error', async () => {
      const asked = bed.ask({ client, model: UPSTREAM_MODELS.anthropic, stream: true }, (reply) =>
        reply.stream(fixture('anthropic-stream-early-error.sse')),
      )
      expectErrorAnswer(client, await asked.answer, asked.id, OVERLOADED)
      expect((await asked.answer).headers.get('retry-after')).toBe('1')
    })

    test.concurrent('is told when a stream of gemini ends without a finish reason', async () => {
      const asked = bed.ask({ client, model: UPSTREAM_MODELS.google, stream: true }, (reply) =>
        reply.stream(fixture('gemini-stream-no-finish.sse')),
      )
      const { text } = await asked.answer
      expect(text).toContain(client === 'openai' ? '"code":"stream_truncated"' : 'event: error')
      expect(text).not.toMatch(/\[DONE\]|message_stop/)
    })
  })
})

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/wire/${name}`, import.meta.url), 'utf8')
}

function providerOf(name: string): ProviderName {
  if (name.startsWith('gemini')) return 'google'
  return name.startsWith('openai') ? 'openai' : 'anthropic'
}
