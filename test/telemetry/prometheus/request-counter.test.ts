import { describe, expect, test } from 'vitest'
import type { RequestRecord } from '../../../src/core/request-record.js'
import { renderFamily } from '../../../src/telemetry/prometheus/family.js'
import { RequestCounter } from '../../../src/telemetry/prometheus/request-counter.js'
import { listFamilies } from '../../../src/telemetry/prometheus/request-families.js'
import { attemptOf, recordOf } from '../../support/make-record.js'
import { readMetrics, type Samples } from '../../support/read-metrics.js'

const PROVIDERS = ['anthropic', 'openai', 'simulator']
const MODELS = ['claude', 'gpt', 'sim-small', 'sim-large']

function createCounter(): RequestCounter {
  return new RequestCounter({
    hasProvider: (name) => PROVIDERS.includes(name),
    hasModel: (id) => MODELS.includes(id),
  })
}

function scrape(counter: RequestCounter): Samples {
  return readMetrics(
    listFamilies(counter.families)
      .map((family) => renderFamily(family, 'prometheus'))
      .join(''),
  )
}

function count(...records: readonly Partial<RequestRecord>[]): Samples {
  const counter = createCounter()
  for (const record of records) counter.note(recordOf(record))
  return scrape(counter)
}

const SIM = { provider: 'simulator', model: 'sim-small' }
const USAGE = { inputTokens: 100, outputTokens: 20 }

describe('what is counted of', () => {
  test('a stream of a provider', () => {
    const attempts = [attemptOf({ ...SIM, usage: USAGE, cost: 3_000_000n, startedAtMs: 1010, upstreamMs: 480 })]
    const samples = count({
      ...SIM,
      attempts,
      usage: USAGE,
      cost: 3_000_000n,
      stream: true,
      ttftMs: 120,
      durationMs: 500,
    })
    expect(samples.of('llmrouter_requests_total')).toEqual([
      { name: 'llmrouter_requests_total', labels: { ...SIM, cache_status: 'MISS' }, value: 1 },
    ])
    expect(samples.sum('llmrouter_request_duration_seconds_sum', SIM)).toBe(0.5)
    expect(samples.sum('llmrouter_time_to_first_token_seconds_sum', SIM)).toBe(0.12)
    expect(samples.sum('llmrouter_time_to_first_token_seconds_bucket', { ...SIM, le: '0.1' })).toBe(0)
    expect(samples.sum('llmrouter_time_to_first_token_seconds_bucket', { ...SIM, le: '0.15' })).toBe(1)
    expect(samples.sum('llmrouter_overhead_seconds_sum')).toBe(0.02)
    expect(samples.sum('llmrouter_tokens_total', { ...SIM, direction: 'input' })).toBe(100)
    expect(samples.sum('llmrouter_tokens_total', { ...SIM, direction: 'output' })).toBe(20)
    expect(samples.sum('llmrouter_prompt_tokens_sum')).toBe(100)
    expect(samples.sum('llmrouter_cost_usd_total', SIM)).toBe(0.000003)
    expect(samples.sum('llmrouter_cost_per_request_usd_count', SIM)).toBe(1)
    expect(samples.sum('llmrouter_unknown_cost_requests_total')).toBeUndefined()
    expect(samples.sum('llmrouter_request_errors_total')).toBeUndefined()
    expect(samples.sum('llmrouter_client_disconnects_total')).toBe(0)
  })

  test('a hit: apart from the streams, with what it saved', () => {
    const samples = count({
      ...SIM,
      cache: 'HIT',
      cacheHit: { kind: 'semantic', entry: 'e', confidence: 0.97 },
      similarity: 0.955,
      usage: USAGE,
      cost: 0n,
      savings: [{ cause: 'semantic', amount: 5_000_000n }],
      stream: true,
      ttftMs: 2,
      durationMs: 3,
    })
    expect(samples.sum('llmrouter_requests_total', { ...SIM, cache_status: 'HIT' })).toBe(1)
    const cache = { provider: 'cache', model: 'sim-small' }
    expect(samples.of('llmrouter_request_duration_seconds_count').map(({ labels }) => labels)).toEqual([cache])
    expect(samples.of('llmrouter_time_to_first_token_seconds_count').map(({ labels }) => labels)).toEqual([cache])
    expect(samples.sum('llmrouter_tokens_total', { ...cache, direction: 'output' })).toBe(20)
    expect(samples.sum('llmrouter_tokens_total', { provider: 'simulator' })).toBeUndefined()
    expect(samples.sum('llmrouter_cost_saved_by_cache_usd_total', SIM)).toBe(0.000005)
    expect(samples.sum('llmrouter_cost_per_request_usd_count')).toBeUndefined()
    expect(samples.sum('llmrouter_cache_similarity_score_bucket', { result: 'hit', le: '0.95' })).toBe(0)
    expect(samples.sum('llmrouter_cache_similarity_score_bucket', { result: 'hit', le: '0.96' })).toBe(1)
    expect(samples.sum('llmrouter_cache_similarity_score_count', { result: 'miss' })).toBe(0)
    expect(samples.sum('llmrouter_overhead_seconds_count')).toBe(0)
  })

  test('a join is a copy too, and a look-up that found nothing near enough a miss', () => {
    const samples = count({ ...SIM, cache: 'JOIN', durationMs: 10 }, { ...SIM, similarity: 0.4 })
    expect(samples.sum('llmrouter_request_duration_seconds_count', { provider: 'cache' })).toBe(1)
    expect(samples.sum('llmrouter_requests_total', { cache_status: 'JOIN', provider: 'simulator' })).toBe(1)
    expect(samples.sum('llmrouter_cache_similarity_score_count', { result: 'miss' })).toBe(1)
  })

  test('a routed request', () => {
    const routing = {
      strategy: 'auto',
      complexity: 0.41,
      threshold: 0.5,
      reason: 'score',
      selected: 'sim-small',
      strong: 'sim-large',
    }
    const samples = count({ ...SIM, routing, savings: [{ cause: 'routing', amount: 7_000_000n }] })
    expect(samples.of('llmrouter_routing_decisions_total')).toMatchObject([
      { labels: { strategy: 'auto', selected_model: 'sim-small' }, value: 1 },
    ])
    expect(samples.sum('llmrouter_complexity_score_bucket', { le: '0.4' })).toBe(0)
    expect(samples.sum('llmrouter_complexity_score_bucket', { le: '0.5' })).toBe(1)
    expect(samples.of('llmrouter_cost_saved_by_routing_usd_total')).toMatchObject([
      { labels: { provider: 'simulator' }, value: 0.000007 },
    ])
  })

  test('tries: each error, each cause, and the tokens and costs of all', () => {
    const attempts = [
      attemptOf({
        provider: 'anthropic',
        model: 'claude',
        outcome: 'failed',
        errorCode: 'upstream_error',
        upstreamStatus: 529,
        cost: 0n,
      }),
      attemptOf({
        provider: 'anthropic',
        model: 'claude',
        cause: 'retry',
        reason: 'upstream_error',
        outcome: 'failed',
        errorCode: 'upstream_timeout',
        cost: 0n,
      }),
      attemptOf({
        provider: 'openai',
        model: 'gpt',
        cause: 'fallback',
        insteadOf: 'claude',
        usage: USAGE,
        cost: 9_000_000n,
      }),
    ]
    const samples = count({ provider: 'openai', model: 'gpt', attempts, usage: USAGE, cost: 9_000_000n })
    expect(samples.of('llmrouter_provider_errors_total')).toMatchObject([
      { labels: { provider: 'anthropic', error_type: 'upstream_5xx' }, value: 1 },
      { labels: { provider: 'anthropic', error_type: 'timeout' }, value: 1 },
    ])
    expect(samples.of('llmrouter_retries_total')).toMatchObject([
      { labels: { provider: 'anthropic', reason: 'upstream_error' }, value: 1 },
    ])
    expect(samples.of('llmrouter_fallbacks_total')).toMatchObject([{ labels: { from: 'claude', to: 'gpt' }, value: 1 }])
    expect(samples.sum('llmrouter_tokens_total', { direction: 'output' })).toBe(20)
    expect(samples.sum('llmrouter_cost_usd_total', { provider: 'openai', model: 'gpt' })).toBe(0.000009)
    expect(samples.sum('llmrouter_requests_total')).toBe(1)
  })

  test('a first call made elsewhere, since the breaker of the chosen model is open', () => {
    const elsewhere = { cause: 'fallback', reason: 'breaker-open', insteadOf: 'claude' } as const
    const samples = count({ ...SIM, attempts: [attemptOf({ ...SIM, ...elsewhere })] })
    expect(samples.sum('llmrouter_fallbacks_total', { from: 'claude', to: 'sim-small' })).toBe(1)
  })

  test('second calls and escalations', () => {
    const small = attemptOf({ ...SIM, usage: USAGE })
    const large = { provider: 'simulator', model: 'sim-large', usage: USAGE }
    const samples = count(
      { ...SIM, attempts: [attemptOf({ ...SIM, outcome: 'client-gone' }), attemptOf({ ...SIM, cause: 'hedge' })] },
      { ...SIM, attempts: [small, attemptOf({ ...SIM, cause: 'hedge', outcome: 'client-gone' })] },
      { ...SIM, attempts: [small, attemptOf({ ...large, cause: 'escalation', insteadOf: 'sim-small' })] },
    )
    expect(samples.sum('llmrouter_hedges_total', { result: 'won' })).toBe(1)
    expect(samples.sum('llmrouter_hedges_total', { result: 'lost' })).toBe(1)
    expect(samples.sum('llmrouter_escalations_total', { from: 'sim-small', to: 'sim-large' })).toBe(1)
    expect(samples.sum('llmrouter_provider_errors_total')).toBeUndefined()
  })

  test.each([
    ['timeout', { errorCode: 'upstream_timeout' }],
    ['rate_limit', { errorCode: 'rate_limit_exceeded', upstreamStatus: 429 }],
    ['rate_limit', { errorCode: 'insufficient_quota', upstreamStatus: 400 }],
    ['auth', { errorCode: 'upstream_auth_failed', upstreamStatus: 401 }],
    ['upstream_5xx', { errorCode: 'upstream_error', upstreamStatus: 500 }],
    ['other', { errorCode: 'upstream_error' }],
    ['other', { errorCode: 'stream_truncated', outcome: 'broken' }],
    ['other', { errorCode: 'invalid_request', upstreamStatus: 400 }],
    [undefined, { errorCode: 'shutting_down' }],
    [undefined, { errorCode: 'client_closed', outcome: 'client-gone' }],
  ] as const)('an error of the type %s', (errorType, attempt) => {
    const attempts = [attemptOf({ ...SIM, outcome: 'failed', ...attempt })]
    const samples = count({ ...SIM, attempts, end: 'failed', errorCode: attempt.errorCode, status: 502 })
    expect(samples.sum('llmrouter_provider_errors_total')).toBe(errorType === undefined ? undefined : 1)
    if (errorType === undefined) return
    expect(samples.sum('llmrouter_provider_errors_total', { error_type: errorType })).toBe(1)
    expect(samples.sum('llmrouter_request_errors_total', { code: attempt.errorCode })).toBe(1)
  })

  test('a client that leaves', () => {
    const samples = count({ ...SIM, end: 'client-gone', errorCode: 'client_closed', status: 499 })
    expect(samples.sum('llmrouter_client_disconnects_total')).toBe(1)
    expect(samples.sum('llmrouter_request_errors_total')).toBeUndefined()
  })

  test('an unknown cost: nothing, but that it is not known', () => {
    const samples = count({ ...SIM, attempts: [attemptOf({ ...SIM, usage: USAGE })], usage: USAGE })
    expect(samples.sum('llmrouter_unknown_cost_requests_total', SIM)).toBe(1)
    expect(samples.sum('llmrouter_cost_usd_total')).toBeUndefined()
    expect(samples.sum('llmrouter_cost_per_request_usd_count')).toBeUndefined()
  })

  test('what the gateway asks for itself', () => {
    const counter = createCounter()
    const call = { provider: 'simulator', model: 'sim-small', usage: USAGE }
    counter.noteBackgroundCall({ ...call, cause: 'audit', cost: 2_000_000n })
    counter.noteBackgroundCall({ ...call, cause: 'judge', cost: undefined })
    const samples = scrape(counter)
    expect(samples.sum('llmrouter_background_cost_usd_total', { cause: 'audit' })).toBe(0.000002)
    expect(samples.sum('llmrouter_cost_usd_total')).toBeUndefined()
  })

  test('dropped fields, by names that clients cannot make up', () => {
    const samples = count({ ...SIM, dropped: ['seed', 'user', 'messages[].my_own_field', 'x'.repeat(90)] })
    const rows = samples.of('llmrouter_translation_dropped_fields_total')
    expect(rows.map(({ labels, value }) => [labels.provider, labels.field, value])).toEqual([
      ['simulator', 'seed', 1],
      ['simulator', 'user', 1],
      ['simulator', 'other', 2],
    ])
  })

  test('embeddings of our own: tokens without a try', () => {
    const samples = count({ ...SIM, cache: 'SKIP', usage: { inputTokens: 9, outputTokens: 0 } })
    expect(samples.sum('llmrouter_tokens_total', { ...SIM, direction: 'input' })).toBe(9)
  })
})

test('100,000 requests with names made up by clients add no label values', () => {
  const counter = createCounter()
  const note = (n: number): void =>
    counter.note(
      recordOf({
        id: `request-${n}`,
        tenant: `tenant-${n}`,
        keyName: `key-${n}`,
        path: `/v1/${n}`,
        requestedModel: `model-${n}`,
        provider: n % 3 === 0 ? `provider-${n}` : 'openai',
        model: n % 2 === 0 ? `openai/model-${n}` : 'gpt',
        metadata: { tag: `${n}` },
        dropped: [`field-${n}`],
        traceId: n.toString(16).padStart(32, '0'),
        stream: true,
        ttftMs: n % 70_000,
        durationMs: n % 200_000,
        usage: { inputTokens: n, outputTokens: n },
        cost: BigInt(n),
        attempts: [attemptOf({ provider: `provider-${n}`, model: `model-${n}`, usage: USAGE, cost: BigInt(n) })],
        routing: {
          strategy: `strategy-${n}`,
          complexity: (n % 100) / 100,
          threshold: 0.5,
          reason: `reason-${n}`,
          selected: `model-${n}`,
          strong: `model-${n + 1}`,
        },
      }),
    )
  const names = (): readonly string[] => scrape(counter).all.map(({ labels, name }) => name + JSON.stringify(labels))
  for (let n = 0; n < 1000; n++) note(n)
  const before = names()
  for (let n = 1000; n < 100_000; n++) note(n)
  expect(names()).toEqual(before)
  expect(scrape(counter).sum('llmrouter_requests_total')).toBe(100_000)
  expect(
    new Set(
      scrape(counter)
        .of('llmrouter_requests_total')
        .map(({ labels }) => `${labels.provider} ${labels.model}`),
    ),
  ).toEqual(new Set(['other other', 'other gpt', 'openai other', 'openai gpt']))
  expect(before.join()).not.toMatch(/(model|provider|tenant|strategy|field|reason)-\d/)
})
