import { describe, expect, test } from 'vitest'
import { parseTraceContext } from '../../../src/core/trace-context.js'
import { buildTrace, type TraceSurroundings } from '../../../src/telemetry/traces/build-trace.js'
import { attemptOf, recordOf } from '../../support/make-record.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent = parseTraceContext(`00-${TRACE}-00f067aa0ba902b7-01`, 'congo=t61rcWkgMzE')
const span = { id: 'aaaaaaaaaaaaaaaa', isSampled: true }

function surroundings(): TraceSurroundings {
  let ids = 0
  return {
    epochOffsetMs: 1_000_000,
    createSpanId: () => {
      ids += 1
      return String(ids).padStart(16, '0')
    },
    scheme: 'https',
    describeProvider: (name) => ({
      system: name === 'simulator' ? 'simulator' : 'openai',
      address: 'api.openai.com',
      port: 443,
    }),
  }
}

const traced = (parts: Parameters<typeof recordOf>[0]) =>
  buildTrace(
    recordOf({ traceId: TRACE, trace: { traceId: TRACE, parent, span }, stages: [], ...parts }),
    surroundings(),
  )

test.each([
  ['nobody follows', { traceId: undefined, trace: undefined }],
  ['the client alone follows', { trace: { traceId: TRACE, parent, span: undefined } }],
  ['is not sampled', { trace: { traceId: TRACE, parent, span: { ...span, isSampled: false } } }],
])('a request that %s leaves no span', (_name, parts) => {
  expect(traced(parts)).toBeUndefined()
})

test('times are those of the record, as Unix time', () => {
  const trace = traced({
    startedAtMs: 1000.25,
    durationMs: 500,
    ttftMs: 100,
    bytesOut: 77,
    stages: [
      { stage: 'parse', startedAtMs: 1001, durationMs: 2 },
      { stage: 'lookup', startedAtMs: 1003, durationMs: 1 },
      { stage: 'lookup', startedAtMs: 1010, durationMs: 3 },
    ],
    attempts: [attemptOf({ startedAtMs: 1020, durationMs: 450, spanId: 'bbbbbbbbbbbbbbbb' })],
  })
  expect(trace).toMatchObject({ traceId: TRACE, state: 'congo=t61rcWkgMzE', isRemote: true })
  expect(
    trace?.spans.map(({ endMs, name, parentId, spanId, startMs }) => [name, startMs, endMs, spanId, parentId]),
  ).toEqual([
    ['POST /v1/chat/completions', 1_001_000.25, 1_001_500.25, span.id, '00f067aa0ba902b7'],
    ['parse', 1_001_001, 1_001_003, '0000000000000001', span.id],
    ['lookup', 1_001_003, 1_001_004, '0000000000000002', span.id],
    ['lookup', 1_001_010, 1_001_013, '0000000000000003', span.id],
    ['chat sim-small', 1_001_020, 1_001_470, 'bbbbbbbbbbbbbbbb', span.id],
    ['relay', 1_001_100.25, 1_001_500.25, '0000000000000004', span.id],
  ])
})

test('the request tells what was decided, and never what was said', () => {
  const [request] =
    traced({
      stream: true,
      path: '/v1/messages/',
      requestedModel: 'x'.repeat(10_000),
      keyName: 'team-a',
      cache: 'HIT',
      cacheHit: { kind: 'semantic', entry: 'e1', confidence: 0.97 },
      similarity: 0.95,
      routing: { strategy: 'auto', complexity: 0.4, threshold: 0.5, reason: 'score', selected: 'a', strong: 'b' },
      ttftMs: 250,
      dropped: ['seed'],
      cost: 1_500_000_000n,
      metadata: { feature: 'search' },
    })?.spans ?? []
  expect(request).toMatchObject({
    name: 'POST /v1/messages',
    kind: 'server',
    attributes: {
      'url.scheme': 'https',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'x'.repeat(200),
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': 0.25,
      'llmrouter.key': 'team-a',
      'llmrouter.cache.status': 'HIT',
      'llmrouter.cache.kind': 'semantic',
      'llmrouter.cache.entry': 'e1',
      'llmrouter.cache.similarity': 0.95,
      'llmrouter.cache.confidence': 0.97,
      'llmrouter.route.reason': 'score',
      'llmrouter.route.score': 0.4,
      'llmrouter.dropped': ['seed'],
      'llmrouter.cost_usd': 0.0015,
      'llmrouter.metadata.feature': 'search',
    },
  })
})

describe('what counts as an error', () => {
  test.each([
    ['a client’s mistake', { status: 400, end: 'failed', errorCode: 'invalid_request' }, undefined],
    ['a provider that is down', { status: 502, end: 'failed', errorCode: 'upstream_error' }, 'upstream_error'],
    ['a stream that broke', { status: 200, end: 'broken', errorCode: 'stream_truncated' }, 'stream_truncated'],
    ['a client that left', { status: 499, end: 'client-gone', errorCode: 'client_closed' }, undefined],
  ] as const)('of the request: %s', (_name, parts, error) => {
    const [request] = traced(parts)?.spans ?? []
    expect([request?.error, request?.attributes['error.type']]).toEqual([error, parts.errorCode])
  })

  test.each([
    ['failed', 'rate_limit_exceeded', 'rate_limit_exceeded'],
    ['broken', 'stream_truncated', 'stream_truncated'],
    ['cancelled', undefined, undefined],
    ['client-gone', undefined, undefined],
    ['complete', undefined, undefined],
  ] as const)('of an attempt that is %s', (outcome, errorCode, error) => {
    const trace = traced({ attempts: [attemptOf({ outcome, errorCode, upstreamStatus: 429 })] })
    const attempt = trace?.spans.find(({ kind }) => kind === 'client')
    expect(attempt?.error).toBe(error)
    expect(attempt?.attributes['http.response.status_code']).toBe(429)
  })
})

test('an attempt tells its tokens by the conventions, whole and in parts', () => {
  const usage = { inputTokens: 100, outputTokens: 50, cachedTokens: 80, cacheWriteTokens: 10, reasoningTokens: 20 }
  const attempt = attemptOf({ provider: 'openai', model: 'fast', upstreamName: 'gpt-4o', usage, ttftMs: 10, cost: 0n })
  const { attributes } = traced({ attempts: [attempt] })?.spans.find(({ kind }) => kind === 'client') ?? {}
  expect(attributes).toMatchObject({
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.cache_read.input_tokens': 80,
    'gen_ai.usage.cache_write.input_tokens': 10,
    'gen_ai.usage.reasoning.output_tokens': 20,
    'server.address': 'api.openai.com',
    'server.port': 443,
    'llmrouter.model': 'fast',
    'llmrouter.attempt.cost_usd': 0,
  })
})
