import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../../src/core/errors.js'
import { decodeError } from '../../../src/providers/anthropic/decode-error.js'
import { wireText } from '../../support/wire-fixture.js'

const wire = (type: string, message = 'x', details?: object) =>
  JSON.stringify({ type: 'error', error: { type, message, details } })

describe('the fixtures', () => {
  test.each([
    [400, 'anthropic-error-400.json', 'invalid_request', 400],
    [400, 'anthropic-error-400-details.json', 'invalid_request', 400],
    [401, 'anthropic-error-401.json', 'upstream_auth_failed', 502],
    [404, 'anthropic-error-404.json', 'model_not_found', 404],
    [413, 'anthropic-error-413.json', 'request_too_large', 413],
    [429, 'anthropic-error-429.json', 'rate_limit_exceeded', 429],
    [429, 'anthropic-error-429-spend.json', 'insufficient_quota', 429],
    [500, 'anthropic-error-500.json', 'upstream_error', 502],
    [502, 'anthropic-error-502.html', 'upstream_error', 502],
    [504, 'anthropic-error-504.json', 'upstream_timeout', 504],
    [529, 'anthropic-error-529.json', 'overloaded', 503],
  ])('%d %s is %s (%d)', (status, name, code, shown) => {
    const error = decodeError({ status, headers: {}, body: wireText(name) })
    expect(error).toBeInstanceOf(GatewayError)
    expect(error).toMatchObject({ code, status: shown, upstreamStatus: status, param: null })
    expect(error.upstreamRequestId).toBe(name.endsWith('.json') ? JSON.parse(wireText(name)).request_id : undefined)
  })

  test('a client reads what was wrong with its request', () => {
    const error = decodeError({ status: 400, headers: {}, body: wireText('anthropic-error-400.json') })
    expect(error.message).toBe('max_tokens: Field required')
  })
})

describe('other answers', () => {
  test.each<[number, string, string]>([
    [
      400,
      wire('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
      'context_length_exceeded',
    ],
    [
      400,
      wire('invalid_request_error', 'input length and `max_tokens` exceed context limit: 1 + 2 > 2'),
      'context_length_exceeded',
    ],
    [400, wire('invalid_request_error', 'Your credit balance is too low to access the API.'), 'upstream_auth_failed'],
    [400, wire('invalid_request_error', 'You have reached your specified API usage limits.'), 'insufficient_quota'],
    [400, wire('invalid_request_error', 'x', { error_code: 'enforced_spend_limit_reached' }), 'insufficient_quota'],
    [400, '', 'invalid_request'],
    [402, wire('billing_error'), 'upstream_auth_failed'],
    [403, wire('permission_error'), 'upstream_auth_failed'],
    [404, '<html>', 'model_not_found'],
    [408, '', 'upstream_timeout'],
    [409, wire('conflict_error'), 'upstream_error'],
    [418, wire('invalid_request_error'), 'invalid_request'],
    [422, '', 'invalid_request'],
    [429, wire('rate_limit_error', 'x', { error_code: 'contract_spend_limit_reached' }), 'insufficient_quota'],
    [429, wire('rate_limit_error', 'x', { error_code: 'ramp_limit_exceeded' }), 'rate_limit_exceeded'],
    [429, '', 'rate_limit_exceeded'],
    [500, wire('overloaded_error'), 'overloaded'],
    [503, wire('api_error'), 'overloaded'],
    [520, '<html>', 'upstream_error'],
    [301, '', 'upstream_error'],
    [500, 'null', 'upstream_error'],
    [500, '{"error":"text"}', 'upstream_error'],
    [500, '{"error":{"type":', 'upstream_error'],
  ])('%d %s is %s', (status, body, code) => {
    expect(decodeError({ status, headers: {}, body }).code).toBe(code)
  })

  test('never break the decoder', () => {
    fc.assert(
      fc.property(
        fc.nat(999),
        fc.oneof(fc.string(), fc.json()),
        fc.dictionary(fc.constantFrom('retry-after', 'date', 'request-id'), fc.string()),
        (status, body, headers) => {
          expect(decodeError({ status, headers, body })).toBeInstanceOf(GatewayError)
        },
      ),
    )
  })
})

describe('the time to wait', () => {
  const wait = (status: number, headers: Record<string, string>, body = '') =>
    decodeError({ status, headers, body }).retryAfterSeconds

  test('is read from the headers', () => {
    expect(wait(429, { 'retry-after': '12' })).toBe(12)
    expect(wait(429, {})).toBeUndefined()
  })

  test('is not made up when the provider is overloaded and does not say', () => {
    expect(wait(529, {})).toBeUndefined()
    expect(wait(529, { 'retry-after': '7' })).toBe(7)
  })

  test('is not told when waiting does not help', () => {
    expect(wait(429, { 'retry-after': '7' }, wireText('anthropic-error-429-spend.json'))).toBeUndefined()
  })
})

describe('messages', () => {
  test.each([401, 402, 403, 429, 500, 503, 529])('of a %d are our own, whatever the provider says', (status) => {
    const body = wire('some_error', 'Acme Corp must pay with card 4111')
    expect(decodeError({ status, headers: {}, body }).message).not.toMatch(/Acme|4111/)
  })
})
