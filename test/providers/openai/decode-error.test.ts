import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../../src/core/errors.js'
import { openaiProvider } from '../../../src/providers/openai/adapter.js'
import { wireText } from '../../support/wire-fixture.js'

const decode = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  openaiProvider.decodeError({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
const error = (fields: object) => ({ error: { message: 'Oh no.', ...fields } })

describe('a recorded error', () => {
  test.each([
    ['openai-error-400.json', 400, 'invalid_request', 'temperature'],
    ['openai-error-400-tools-reasoning.json', 400, 'invalid_request', 'reasoning_effort'],
    ['openai-error-401.json', 401, 'upstream_auth_failed', null],
    ['openai-error-404.json', 404, 'model_not_found', null],
    ['openai-error-429.json', 429, 'rate_limit_exceeded', null],
    ['openai-error-429-quota.json', 429, 'insufficient_quota', null],
    ['openai-error-500.json', 500, 'upstream_error', null],
    ['openai-error-503.json', 503, 'overloaded', null],
    ['anthropic-error-502.html', 502, 'upstream_error', null],
  ])('%s with status %i is %s', (name, status, code, param) => {
    const headers = { 'retry-after': '3', 'x-request-id': 'req_1' }
    expect(decode(status, wireText(name), headers)).toMatchObject({
      code,
      param,
      upstreamStatus: status,
      upstreamRequestId: 'req_1',
    })
  })

  test('keeps the words that help the client', () => {
    expect(decode(400, wireText('openai-error-400.json')).message).toBe(
      "Unsupported value: 'temperature' must be 1 for this model.",
    )
    expect(decode(404, wireText('openai-error-404.json')).message).toContain('gpt-0')
  })
})

describe('the error of a compatible server', () => {
  test.each<[string, number, unknown, string]>([
    [
      'vLLM',
      400,
      { object: 'error', message: 'bad n', type: 'BadRequestError', param: null, code: 400 },
      'invalid_request',
    ],
    [
      'vLLM, unknown model',
      404,
      { object: 'error', message: 'The model `x` does not exist.', code: 404 },
      'model_not_found',
    ],
    ['Ollama', 404, { error: { message: 'model "x" not found', type: 'api_error' } }, 'model_not_found'],
    ['Ollama, in a word', 500, { error: 'out of memory' }, 'upstream_error'],
    [
      'xAI, wrong key',
      400,
      { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***' },
      'upstream_auth_failed',
    ],
    [
      'Google, wrong key',
      400,
      [{ error: { code: 400, message: 'API key not valid. Please pass a valid API key.' } }],
      'upstream_auth_failed',
    ],
    [
      'FastAPI',
      422,
      { detail: [{ loc: ['body', 'messages', 0], msg: 'field required', input: 'secret' }] },
      'invalid_request',
    ],
    ['a wrong base URL', 404, { detail: 'Not Found' }, 'upstream_error'],
    ['a wrong base URL, in HTML', 404, '<html>404</html>', 'upstream_error'],
    ['DeepSeek, no money', 402, error({ message: 'Insufficient Balance' }), 'upstream_auth_failed'],
    ['too long', 400, error({ code: 'context_length_exceeded' }), 'context_length_exceeded'],
    [
      'too long, in words',
      400,
      error({ message: "This model's maximum context length is 8192 tokens." }),
      'context_length_exceeded',
    ],
    [
      'llama.cpp, too long',
      400,
      error({ message: 'the request exceeds the available context size' }),
      'context_length_exceeded',
    ],
    ['unsupported', 400, error({ code: 'unsupported_parameter', param: 'n' }), 'unsupported_parameter'],
    [
      'quota, in words',
      429,
      error({ message: 'You exceeded your current quota, please check your plan.' }),
      'insufficient_quota',
    ],
    ['forbidden', 403, '', 'upstream_auth_failed'],
    ['too large', 413, '', 'request_too_large'],
    ['too slow', 408, '', 'upstream_timeout'],
    ['gateway time-out', 504, '<html></html>', 'upstream_timeout'],
    ['Cloudflare time-out', 524, 'error code: 524', 'upstream_timeout'],
    ['overloaded', 529, '', 'overloaded'],
    ['conflict', 409, '', 'upstream_error'],
    ['a redirect', 302, '', 'upstream_error'],
    ['cut JSON', 500, '{"error":{"mess', 'upstream_error'],
    ['JSON without an end', 400, '['.repeat(100_000) + ']'.repeat(100_000), 'invalid_request'],
    ['a list of errors', 400, { errors: [{ code: 'context_length_exceeded' }] }, 'context_length_exceeded'],
  ])('%s', (_who, status, body, code) => {
    expect(decode(status, body).code).toBe(code)
  })

  test('names the field of a validator', () => {
    const body = { detail: [{ loc: ['body', 'messages', 0, 'role'], msg: 'field required', input: 'secret' }] }
    expect(decode(422, body)).toMatchObject({ param: 'messages.0.role', message: 'field required' })
  })
})

describe('how long to wait', () => {
  test('is read from the headers', () => {
    const headers = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1m12s' }
    expect(decode(429, wireText('openai-error-429.json'), headers).retryAfterSeconds).toBe(72)
    expect(decode(429, wireText('openai-error-429.json')).retryAfterSeconds).toBeUndefined()
  })

  test('is not said where waiting does not help', () => {
    expect(
      decode(429, wireText('openai-error-429-quota.json'), { 'retry-after': '3' }).retryAfterSeconds,
    ).toBeUndefined()
  })
})

describe('what a message may not say', () => {
  test.each(['sk-proj-abcDEF1234567890', 'org-AbCdEf123456', 'someone@example.com'])('%s', (secret) => {
    const { message } = decode(400, error({ message: `Wrong value near ${secret}, see the docs.` }))
    expect(message).toContain('Wrong value near')
    expect(message).not.toContain(secret)
  })

  test('anything of the provider where the trouble is not the client’s', () => {
    for (const status of [401, 403, 429, 500, 502, 503, 504]) {
      expect(decode(status, error({ message: 'machine gpu-17 of account Acme' })).message).not.toMatch(/gpu-17|Acme/)
    }
  })
})

test('whatever comes is an error of ours, and quickly', () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ error: value, detail: value })),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 999 }),
      body,
      fc.dictionary(fc.string(), fc.string()),
      (status, text, headers) => {
        const decoded = decode(status, text, headers)
        expect(decoded).toBeInstanceOf(GatewayError)
        expect(decoded.message).not.toBe('')
        expect(decoded.upstreamStatus).toBe(status)
      },
    ),
    { numRuns: 2000 },
  )
})

test("the provider's own code of a bad request is kept", () => {
  const decoded = decode(400, error({ code: 'unsupported_value', param: 'temperature' }))
  expect(decoded).toMatchObject({ code: 'invalid_request', wireCode: 'unsupported_value', param: 'temperature' })
  expect(decode(503, error({ code: 'unsupported_value' })).wireCode).toBe('overloaded')
})
