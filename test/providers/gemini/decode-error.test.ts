import { describe, expect, test } from 'vitest'
import { geminiProvider } from '../../../src/providers/gemini/adapter.js'
import { wireText } from '../../support/wire-fixture.js'
import { wireError } from './fixture.js'

const decode = (status: number, body: unknown, headers = {}) =>
  geminiProvider.decodeError(wireError(status, typeof body === 'string' ? body : JSON.stringify(body), headers))

describe('the error fixtures', () => {
  test.each([
    ['gemini-error-400.json', 400, 'invalid_request', undefined],
    ['gemini-error-400-signature.json', 400, 'invalid_request', undefined],
    ['gemini-error-401-as-400.json', 400, 'upstream_auth_failed', undefined],
    ['gemini-error-403.json', 403, 'upstream_auth_failed', undefined],
    ['gemini-error-404.json', 404, 'model_not_found', undefined],
    ['gemini-error-429.json', 429, 'rate_limit_exceeded', 36.962849995],
    ['gemini-error-429-daily.json', 429, 'insufficient_quota', undefined],
    ['gemini-error-500.json', 500, 'upstream_error', undefined],
    ['gemini-error-503.json', 503, 'overloaded', undefined],
    ['gemini-error-504.json', 504, 'upstream_timeout', undefined],
    ['gemini-error-array-wrapped.json', 429, 'rate_limit_exceeded', undefined],
  ])('%s', (name, status, code, retryAfterSeconds) => {
    const error = decode(status, wireText(name))
    expect(error).toMatchObject({ code, upstreamStatus: status, retryAfterSeconds })
    expect(error.message).not.toBe('')
  })

  test('the words of a rejected request reach the client', () => {
    expect(decode(400, wireText('gemini-error-400.json')).message).toContain(
      'Unknown name "additionalProperties" at \'tools[0].function_declarations[0].parameters\'',
    )
  })

  test('trouble with our key is never described', () => {
    expect(decode(400, wireText('gemini-error-401-as-400.json')).message).toBe(
      "The provider refuses the gateway's credentials.",
    )
  })
})

describe('other errors', () => {
  const rpc = (status: string, message = '', details: readonly object[] = []) => ({
    error: { status, message, details },
  })

  test.each([
    [
      'a key without details',
      400,
      rpc('INVALID_ARGUMENT', 'API key expired. Please renew the API key.'),
      'upstream_auth_failed',
    ],
    [
      'a blocked key',
      403,
      rpc('PERMISSION_DENIED', '', [{ reason: 'API_KEY_SERVICE_BLOCKED' }]),
      'upstream_auth_failed',
    ],
    ['no credentials', 401, rpc('UNAUTHENTICATED'), 'upstream_auth_failed'],
    ['a region', 400, rpc('FAILED_PRECONDITION', 'User location is not supported.'), 'upstream_precondition'],
    [
      'a long prompt',
      400,
      rpc(
        'INVALID_ARGUMENT',
        'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      ),
      'context_length_exceeded',
    ],
    ['a number out of range', 400, rpc('OUT_OF_RANGE'), 'invalid_request'],
    ['an aborted call', 409, rpc('ABORTED'), 'upstream_error'],
    ['a cancelled call', 499, rpc('CANCELLED'), 'upstream_error'],
    ['a missing method', 501, rpc('UNIMPLEMENTED'), 'upstream_error'],
    ['used-up credits', 429, rpc('RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.'), 'insufficient_quota'],
    ['a status only the body knows', 200, { error: { code: 503 } }, 'overloaded'],
  ])('%s', (_name, status, body, code) => {
    expect(decode(status, body).code).toBe(code)
  })

  test.each([
    [400, 'invalid_request'],
    [401, 'upstream_auth_failed'],
    [403, 'upstream_auth_failed'],
    [404, 'model_not_found'],
    [408, 'upstream_timeout'],
    [413, 'request_too_large'],
    [418, 'upstream_error'],
    [429, 'rate_limit_exceeded'],
    [500, 'upstream_error'],
    [502, 'upstream_error'],
    [503, 'overloaded'],
    [504, 'upstream_timeout'],
    [529, 'overloaded'],
  ])('HTTP %i says what it can when the body is not Google’s', (status, code) => {
    for (const body of [
      '',
      '<html>502</html>',
      '{"error":',
      'null',
      '[]',
      '[null]',
      '{"error":null}',
      '{"error":[]}',
    ]) {
      const error = decode(status, body)
      expect(error.code).toBe(code)
      expect(error.message).not.toBe('')
    }
  })

  test('the delay comes from the header when the body has none', () => {
    const delayed = (retryDelay: unknown) => rpc('RESOURCE_EXHAUSTED', '', [{ retryDelay }])
    expect(decode(429, delayed('3.957525076s')).retryAfterSeconds).toBe(3.957525076)
    expect(decode(429, delayed('37s'), { 'retry-after': '5' }).retryAfterSeconds).toBe(37)
    expect(decode(429, delayed('soon'), { 'retry-after': '5' }).retryAfterSeconds).toBe(5)
    expect(decode(429, delayed(7)).retryAfterSeconds).toBeUndefined()
    expect(decode(503, '', { 'retry-after': '2.5' }).retryAfterSeconds).toBe(2.5)
  })

  test.each(['Bad key AIzaSyA1234567890abcdefghijklmnopqrstuv in request', 'Quota exceeded for project secret-123456'])(
    'names of the account and keys are taken out: %s',
    (message) => {
      expect(decode(400, rpc('INVALID_ARGUMENT', message)).message).not.toMatch(/secret|AIza/)
    },
  )
})
