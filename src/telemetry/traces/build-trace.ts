import { usdNumber } from '../../core/money/money.js'
import type { AttemptRecord, RequestRecord, StageNote } from '../../core/request-record.js'
import type { RequestTrace } from '../../core/trace-context.js'
import type { Attributes, Span, Trace } from './span.js'

/** What the record of a request does not know. */
export interface TraceSurroundings {
  /** What to add to the record's times for Unix time. */
  readonly epochOffsetMs: number
  readonly createSpanId: () => string
  readonly scheme: 'http' | 'https'
  readonly describeProvider: (name: string) => ProviderDescription
}

export interface ProviderDescription {
  /** As the semantic conventions call it: `openai`, `anthropic`, `gcp.gemini` …; else the name it has here. */
  readonly system: string
  readonly address?: string
  readonly port?: number
}

const MAX_NAME = 200

/**
 * The spans of a request that is over: its own, one for each stage, each attempt, and the relay of its answer. Names are
 * those of OpenTelemetry's conventions for HTTP and generative AI; what these lack is called `llmrouter.…`. Never a word
 * of prompt or answer: the record has none.
 * Undefined: it is not recorded.
 */
export function buildTrace(record: RequestRecord, around: TraceSurroundings): Trace | undefined {
  const { trace, traceId } = record
  if (traceId === undefined || trace?.span === undefined || !trace.span.isSampled) return undefined
  const { id } = trace.span
  return {
    traceId,
    state: trace.parent?.tracestate,
    isRemote: trace.parent !== undefined,
    spans: [
      requestSpan(record, { ...trace, span: trace.span }, around),
      ...(record.stages ?? []).map((stage) => stageSpan(stage, id, around)),
      ...record.attempts.map((attempt, index) => attemptSpan({ attempt, index, record, parentId: id }, around)),
      ...relaySpan(record, id, around),
    ],
  }
}

function requestSpan(
  record: RequestRecord,
  { parent, span }: RequestTrace & { readonly span: NonNullable<RequestTrace['span']> },
  around: TraceSurroundings,
): Span {
  const route = record.path.replace(/(.)\/$/, '$1')
  const startMs = record.startedAtMs + around.epochOffsetMs
  return {
    name: `POST ${route}`,
    kind: 'server',
    spanId: span.id,
    parentId: parent?.spanId,
    startMs,
    endMs: startMs + record.durationMs,
    attributes: requestAttributes(record, route, around),
    // A client's mistake is no error of the server, by the conventions for HTTP.
    error: record.end === 'broken' || record.status >= 500 ? record.errorCode : undefined,
  }
}

function requestAttributes(record: RequestRecord, route: string, around: TraceSurroundings): Attributes {
  const { cacheHit, provider, routing } = record
  return {
    'http.request.method': 'POST',
    'http.route': route,
    'url.path': route,
    'url.scheme': around.scheme,
    'http.response.status_code': record.status,
    'error.type': record.errorCode,
    'gen_ai.operation.name': operationOf(record),
    'gen_ai.provider.name': provider === undefined ? undefined : around.describeProvider(provider).system,
    'gen_ai.request.model': record.requestedModel?.slice(0, MAX_NAME),
    'gen_ai.request.stream': record.stream || undefined,
    'gen_ai.response.model': record.model,
    'gen_ai.response.time_to_first_chunk': record.stream ? seconds(record.ttftMs) : undefined,
    'llmrouter.request.id': record.id,
    'llmrouter.tenant': record.tenant,
    'llmrouter.key': record.keyName,
    'llmrouter.end': record.end,
    'llmrouter.provider': provider,
    'llmrouter.cache.status': record.cache,
    'llmrouter.cache.reason': record.cacheReason,
    'llmrouter.cache.kind': cacheHit?.kind,
    'llmrouter.cache.entry': cacheHit?.entry,
    'llmrouter.cache.similarity': record.similarity,
    'llmrouter.cache.confidence': cacheHit?.confidence,
    'llmrouter.route.strategy': routing?.strategy,
    'llmrouter.route.reason': routing?.reason,
    'llmrouter.route.score': routing?.complexity,
    'llmrouter.route.threshold': routing?.threshold,
    'llmrouter.dropped': record.dropped.length === 0 ? undefined : record.dropped,
    'llmrouter.cost_usd': record.cost === undefined ? undefined : usdNumber(record.cost),
    ...prefixed('llmrouter.metadata.', record.metadata),
  }
}

function stageSpan({ durationMs, stage, startedAtMs }: StageNote, parentId: string, around: TraceSurroundings): Span {
  const startMs = startedAtMs + around.epochOffsetMs
  return {
    name: stage,
    kind: 'internal',
    spanId: around.createSpanId(),
    parentId,
    startMs,
    endMs: startMs + durationMs,
    attributes: {},
    error: undefined,
  }
}

interface AttemptInPlace {
  readonly attempt: AttemptRecord
  readonly index: number
  readonly record: RequestRecord
  readonly parentId: string
}

function attemptSpan({ attempt, index, parentId, record }: AttemptInPlace, around: TraceSurroundings): Span {
  const startMs = attempt.startedAtMs + around.epochOffsetMs
  const hasFailed = attempt.outcome === 'failed' || attempt.outcome === 'broken'
  return {
    name: `${operationOf(record)} ${attempt.upstreamName}`,
    kind: 'client',
    // The provider was told this one.
    spanId: attempt.spanId ?? around.createSpanId(),
    parentId,
    startMs,
    endMs: startMs + attempt.durationMs,
    attributes: attemptAttributes(attempt, index, record, around),
    error: hasFailed ? (attempt.errorCode ?? attempt.outcome) : undefined,
  }
}

function attemptAttributes(
  attempt: AttemptRecord,
  index: number,
  record: RequestRecord,
  around: TraceSurroundings,
): Attributes {
  const { usage } = attempt
  const provider = around.describeProvider(attempt.provider)
  return {
    'gen_ai.operation.name': operationOf(record),
    'gen_ai.provider.name': provider.system,
    'gen_ai.request.model': attempt.upstreamName,
    'gen_ai.request.stream': record.stream || undefined,
    'gen_ai.response.model': attempt.ttftMs === undefined && usage === undefined ? undefined : attempt.upstreamName,
    'gen_ai.response.time_to_first_chunk': record.stream ? seconds(attempt.ttftMs) : undefined,
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedTokens,
    'gen_ai.usage.cache_write.input_tokens': usage?.cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoningTokens,
    'server.address': provider.address,
    'server.port': provider.port,
    'error.type': attempt.errorCode,
    'http.response.status_code': attempt.upstreamStatus,
    'llmrouter.provider': attempt.provider,
    'llmrouter.model': attempt.model,
    'llmrouter.attempt.number': index + 1,
    'llmrouter.attempt.cause': attempt.cause,
    'llmrouter.attempt.reason': attempt.reason,
    'llmrouter.attempt.instead_of': attempt.insteadOf,
    'llmrouter.attempt.outcome': attempt.outcome,
    'llmrouter.attempt.cost_usd': attempt.cost === undefined ? undefined : usdNumber(attempt.cost),
    'llmrouter.upstream.request_id': attempt.upstreamRequestId,
  }
}

/** From the first event that went to the client to the last. */
function relaySpan(record: RequestRecord, parentId: string, around: TraceSurroundings): readonly Span[] {
  if (record.ttftMs === undefined) return []
  const startMs = record.startedAtMs + around.epochOffsetMs
  return [
    {
      name: 'relay',
      kind: 'internal',
      spanId: around.createSpanId(),
      parentId,
      startMs: startMs + record.ttftMs,
      endMs: startMs + record.durationMs,
      attributes: { 'llmrouter.relay.bytes': record.bytesOut, 'llmrouter.relay.end': record.end },
      error: record.end === 'broken' ? record.errorCode : undefined,
    },
  ]
}

function operationOf({ path }: RequestRecord): string {
  if (path.startsWith('/v1/embeddings')) return 'embeddings'
  return path.includes('count_tokens') ? 'count_tokens' : 'chat'
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000
}

function prefixed(prefix: string, tags: RequestRecord['metadata']): Attributes {
  return Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [prefix + key, value]))
}
