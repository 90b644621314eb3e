import type { LengthLimits } from '../../attempts/why-inadequate.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { ChatResponse } from '../../core/chat-response.js'
import type { ReasoningOrigin } from '../../core/message.js'
import type { AttemptRecord, RequestRecord } from '../../core/request-record.js'
import type { StreamEvent } from '../../core/stream-event.js'
import type { RenderContext } from '../../dialects/dialect.js'
import type { DecodeContext, ProviderAdapter } from '../../providers/provider.js'
import type { UpstreamRequest } from '../../upstream/upstream.js'
import type { AnswerTee } from '../cached/answer-tee.js'
import type { ClientCall } from '../client-call.js'
import type { PipelineDeps, Runtime } from '../deps.js'
import type { RequestOutcome } from '../request-desk.js'
import type { AnswerClient } from './answer-client.js'
import type { Go, Place } from './place.js'

export interface ChatOptions {
  readonly deps: PipelineDeps
  readonly runtime: Runtime
  readonly call: ClientCall
  readonly client: AnswerClient
  readonly request: ChatRequest
  readonly record: RequestRecord
  /** Where the answer goes besides its client. */
  readonly tee: AnswerTee | undefined
  /** Told of the whole answer once its client has it. */
  readonly overhear: Overhear | undefined
}

export type Overhear = (response: ChatResponse) => void

/** An answer that is there. Gives the client what it has not got yet. */
export type Deliver = () => RequestOutcome

/** One attempt at one model of one provider. */
export interface ChatAttempt extends ChatOptions {
  readonly place: Place
  readonly go: Go
  readonly entry: AttemptRecord
  readonly upstreamRequest: UpstreamRequest
  /** The provider streams, whatever the client wants. */
  readonly streamed: boolean
  /** Remembers what the provider will want back. */
  readonly remember: ((event: StreamEvent) => void) | undefined
}

export function renderContext({
  call,
  deps,
  place,
  request,
}: Omit<ChatOptions, 'client' | 'overhear'> & { place: Place }): RenderContext {
  return {
    id: call.id,
    createdSeconds: Math.floor(deps.clock.epochMs() / 1000),
    model: place.target.upstreamName,
    includeUsage: request.includeUsage,
    origin: originOf(place.provider.adapter),
    requestId: call.id,
  }
}

export function decodeContext({ deps, place, request }: ChatAttempt): DecodeContext {
  const asked = request.n === undefined ? {} : { choices: request.n }
  return { model: place.target, createToolCallId: () => `call_${deps.createId()}`, ...asked }
}

/** What the answer is measured against. */
export function lengthLimits({ place, request }: ChatAttempt): LengthLimits {
  const { maxTokens } = request
  return { maxOutputTokens: place.target.maxOutputTokens, ...(maxTokens !== undefined && { maxTokens }) }
}

/** From the first attempt on: what we wait between two is not the gateway's own time either. */
export function noteFirstToken({ entry, record }: ChatAttempt, atMs: number): void {
  record.ttftMs = atMs - record.startedAtMs
  // An answer that was held back began before it is shown.
  entry.ttftMs ??= atMs - entry.startedAtMs
  record.stagesMs.upstream = atMs - (record.attempts[0] ?? entry).startedAtMs
}

export function originOf(adapter: ProviderAdapter): ReasoningOrigin {
  return adapter.type === 'simulator' ? 'openai' : adapter.type
}
