import type { ChatRequest } from '../core/chat-request.js'
import type { ChatResponse } from '../core/chat-response.js'
import type { ReasoningOrigin } from '../core/message.js'
import type { ModelSpec } from '../core/model-spec.js'
import type { AttemptRecord, RequestRecord } from '../core/request-record.js'
import { isCommitting, type StreamEvent } from '../core/stream-event.js'
import type { Usage } from '../core/usage.js'
import type { RenderContext } from '../dialects/dialect.js'
import type { DecodeContext, ProviderAdapter } from '../providers/provider.js'
import { createPassThroughLane, createTranslatingLane, type Lane } from '../relay/lane.js'
import { type ClientStream, relayStream } from '../relay/relay-stream.js'
import { relayWhole } from '../relay/relay-whole.js'
import type { UpstreamRequest } from '../upstream/upstream.js'
import { answerHeaders } from './answer-headers.js'
import { beginAttempt, finishAttempt, noteHeaders, noteLastByte } from './attempt-record.js'
import type { AnswerTee } from './cached/answer-tee.js'
import { type SharedClient, shareClient } from './cached/shared-client.js'
import type { ClientCall, ClientPresence } from './client-call.js'
import type { PipelineDeps, ProviderRuntime, Runtime } from './deps.js'
import { formatHeaders } from './format-headers.js'
import { refuseDrops } from './refuse-drops.js'
import type { RequestOutcome } from './request-desk.js'
import { traceHeaders } from './trace-headers.js'

export interface AttemptOptions {
  readonly deps: PipelineDeps
  readonly runtime: Runtime
  readonly call: ClientCall
  readonly presence: ClientPresence
  readonly request: ChatRequest
  readonly target: ModelSpec
  readonly provider: ProviderRuntime
  readonly record: RequestRecord
  /** Where the answer goes besides its client. */
  readonly tee: AnswerTee | undefined
}

/** Above this many tokens Anthropic wants to be streamed, or the connection may time out before the answer is done. */
const LONG_ANSWER_TOKENS = 21_333

/**
 * One try at one model of one provider: encode, send, relay.
 * @throws GatewayError when the request cannot be said in the provider's format
 */
export async function attempt(options: AttemptOptions): Promise<RequestOutcome> {
  const { deps, request, target, provider, record } = options
  const { adapter } = provider
  const scope = { tenant: options.call.tenant, origin: originOf(adapter), model: target.upstreamName }
  const passThrough = adapter.sameDialect === request.dialect
  const restored = passThrough ? request : deps.reasoning.restore(request, scope)
  const stream = request.stream || (!passThrough && needsStreaming(adapter, request))

  const wire = adapter.encodeRequest(restored, { model: target, stream })
  refuseDrops(wire.dropped, options.runtime.strict, provider.name)
  record.dropped = wire.dropped
  record.provider = provider.name
  record.model = target.id

  const entry = beginAttempt({ ...options, cause: 'first' })
  const upstreamRequest: UpstreamRequest = {
    method: 'POST',
    path: wire.path,
    headers: {
      'content-type': 'application/json',
      accept: stream ? 'text/event-stream' : 'application/json',
      ...wire.headers,
      ...(passThrough && formatHeaders(options.call)),
      ...traceHeaders(record, entry),
      ...provider.headers,
    },
    body: wire.body,
  }
  const observe = passThrough ? undefined : deps.reasoning.observe(scope)
  options.tee?.flight.begin({
    provider: provider.name,
    model: target.id,
    upstreamName: target.upstreamName,
    origin: originOf(adapter),
  })
  const outcome = request.stream
    ? await streamToClient(options, upstreamRequest, entry, observe)
    : await wholeToClient(options, upstreamRequest, entry, observe, stream)
  finishAttempt(entry, outcome, deps.clock.now())
  return outcome
}

async function streamToClient(
  options: AttemptOptions,
  upstreamRequest: UpstreamRequest,
  entry: AttemptRecord,
  observe: ((event: StreamEvent) => void) | undefined,
): Promise<RequestOutcome> {
  const { deps, provider, record, runtime, target, tee } = options
  const client = clientOf(options)
  const outcome = await relayStream({
    upstream: provider.upstream,
    request: upstreamRequest,
    adapter: provider.adapter,
    decodeContext: decodeContext(options),
    lane: createLane(options),
    client,
    timeouts: runtime.timeouts,
    clock: deps.clock,
    onResponseHeaders: (headers) => noteHeaders(entry, headers),
    gaps: deps.gaps.open('provider', provider.name, target.id),
    observe(event, atMs) {
      if (event.type === 'usage') noteUsage(record, entry, event.usage)
      if (record.ttftMs === undefined && isCommitting(event)) noteFirstToken(record, entry, atMs)
      observe?.(event)
      tee?.observe(event, atMs)
    },
  })
  if (outcome.kind === 'complete') {
    noteLastByte(entry, outcome.upstreamEndedAtMs)
    tee?.complete()
  }
  if (client.gone) return { kind: 'client-gone' }
  if (outcome.kind !== 'failed') return outcome
  return { kind: outcome.committed ? 'broken' : 'failed', error: outcome.error }
}

async function wholeToClient(
  options: AttemptOptions,
  upstreamRequest: UpstreamRequest,
  entry: AttemptRecord,
  observe: ((event: StreamEvent) => void) | undefined,
  streamed: boolean,
): Promise<RequestOutcome> {
  const { call, deps, provider, record, request, runtime, tee } = options
  const client = clientOf(options)
  const outcome = await relayWhole({
    upstream: provider.upstream,
    request: upstreamRequest,
    adapter: provider.adapter,
    decodeContext: decodeContext(options),
    timeouts: runtime.timeouts,
    clock: deps.clock,
    streamed,
    onGone: (listener) => client.onGone(listener),
    onResponseHeaders: (headers) => noteHeaders(entry, headers),
  })
  if (outcome.kind !== 'complete') return client.gone ? { kind: 'client-gone' } : outcome

  noteLastByte(entry, outcome.upstreamEndedAtMs)
  noteFirstToken(record, entry, outcome.upstreamEndedAtMs)
  noteUsage(record, entry, outcome.response.usage)
  entry.outcome = 'complete'
  if (observe !== undefined) observeWhole(outcome.response, observe)
  tee?.flight.land(outcome.response)
  if (client.gone) {
    tee?.complete()
    return { kind: 'client-gone' }
  }
  const relayed = provider.adapter.sameDialect === request.dialect ? outcome.body : undefined
  const body = relayed ?? call.dialect.renderResponse(outcome.response, renderContext(options))
  record.status = 200
  call.response.writeHead(200, { ...answerHeaders(record), ...call.headers })
  call.response.end(body)
  tee?.complete()
  return { kind: 'complete' }
}

/** The client of the request, who may share the answer with others. */
function clientOf({ call, presence, record, tee }: AttemptOptions): SharedClient {
  const { response } = call
  const client: ClientStream = {
    commit() {
      record.status = 200
      response.writeHead(200, { ...answerHeaders(record), ...call.headers })
    },
    write: (chunk) => response.write(chunk),
    drained: () => response.drained(),
    end: (chunk) => response.end(chunk),
    onGone: (listener) => presence.onGone(listener),
  }
  if (tee !== undefined) return shareClient(client, tee.flight)
  return {
    ...client,
    get gone() {
      return presence.gone
    },
  }
}

function createLane(options: AttemptOptions): Lane {
  const { call, provider, request } = options
  const renderer = call.dialect.createStreamRenderer(renderContext(options))
  return provider.adapter.sameDialect === request.dialect
    ? createPassThroughLane(call.dialect, renderer, request)
    : createTranslatingLane(renderer)
}

function renderContext({ call, deps, provider, request, target }: AttemptOptions): RenderContext {
  return {
    id: call.id,
    createdSeconds: Math.floor(deps.clock.epochMs() / 1000),
    model: target.upstreamName,
    includeUsage: request.includeUsage,
    origin: originOf(provider.adapter),
    requestId: call.id,
  }
}

function decodeContext({ deps, request, target }: AttemptOptions): DecodeContext {
  const asked = request.n === undefined ? {} : { choices: request.n }
  return { model: target, createToolCallId: () => `call_${deps.createId()}`, ...asked }
}

/** Only the events a memory of reasoning looks at, without building the rest of the stream. */
function observeWhole(response: ChatResponse, observe: (event: StreamEvent) => void): void {
  for (const choice of response.choices) {
    let tools = 0
    for (const part of choice.parts) {
      if (part.type === 'reasoning') {
        observe({ type: 'reasoning-delta', choice: choice.index, text: part.text })
        observe({ type: 'reasoning-end', choice: choice.index, signature: part.signature })
      } else if (part.type === 'redacted-reasoning') {
        observe({ type: 'reasoning-redacted', choice: choice.index, data: part.data })
      } else if (part.type === 'tool-call') {
        const { id, name, signature } = part
        const sealed = signature === undefined ? {} : { signature }
        observe({ type: 'tool-start', choice: choice.index, index: tools, id, name, ...sealed })
        tools += 1
      }
    }
  }
}

/** With an effort, Anthropic's limit of tokens is raised to leave room for the thinking, often above the long limit. */
function needsStreaming(adapter: ProviderAdapter, request: ChatRequest): boolean {
  if (adapter.type !== 'anthropic') return false
  return request.reasoning !== undefined || (request.maxTokens ?? 0) > LONG_ANSWER_TOKENS
}

function originOf(adapter: ProviderAdapter): ReasoningOrigin {
  return adapter.type === 'simulator' ? 'openai' : adapter.type
}

function noteUsage(record: RequestRecord, entry: AttemptRecord, usage: Usage | undefined): void {
  record.usage = usage
  entry.usage = usage
}

function noteFirstToken(record: RequestRecord, entry: AttemptRecord, nowMs: number): void {
  record.ttftMs = nowMs - record.startedAtMs
  entry.ttftMs = nowMs - entry.startedAtMs
  record.stagesMs.upstream = entry.ttftMs
}
