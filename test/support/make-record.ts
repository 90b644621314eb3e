import type { AttemptRecord, RequestRecord } from '../../src/core/request-record.js'

/** A request that went well and asked nobody, but for the given parts. */
export function recordOf(parts: Partial<RequestRecord>): RequestRecord {
  return {
    id: 'request-1',
    traceId: undefined,
    trace: undefined,
    startedAtMs: 1000,
    dialect: 'openai',
    path: '/v1/chat/completions',
    tenant: 'default',
    keyName: undefined,
    stream: false,
    requestedModel: 'sim-small',
    provider: 'simulator',
    model: 'sim-small',
    status: 200,
    cache: 'MISS',
    cacheReason: undefined,
    cacheHit: undefined,
    similarity: undefined,
    routing: undefined,
    attempts: [],
    dropped: [],
    usage: undefined,
    cost: undefined,
    savings: [],
    ttftMs: undefined,
    durationMs: 0,
    bodyMs: 0,
    bytesOut: 0,
    end: 'complete',
    errorCode: undefined,
    failure: undefined,
    metadata: undefined,
    stagesMs: {},
    stages: undefined,
    ...parts,
  }
}

export function attemptOf(parts: Partial<AttemptRecord>): AttemptRecord {
  return {
    provider: 'simulator',
    model: 'sim-small',
    upstreamName: 'sim-small',
    cause: 'first',
    prices: [],
    spanId: undefined,
    startedAtMs: 1000,
    startedEpochMs: Date.parse('2026-11-23T12:00:00Z'),
    ttftMs: undefined,
    usage: undefined,
    cost: undefined,
    durationMs: 0,
    upstreamMs: undefined,
    outcome: 'complete',
    errorCode: undefined,
    upstreamStatus: undefined,
    upstreamRequestId: undefined,
    ...parts,
  }
}
