import { resolveModel } from '../catalogue/resolve-model.js'
import type { ChatRequest } from '../core/chat-request.js'
import { isObject } from '../core/decode.js'
import { GatewayError } from '../core/errors.js'
import { spliceTopLevel } from '../core/json-splice.js'
import { tryParseJson } from '../core/json-text.js'
import type { AttemptRecord, RequestRecord } from '../core/request-record.js'
import { startExchange } from '../relay/exchange.js'
import { beginAttempt, finishAttempt } from './attempt-record.js'
import { type ClientCall, watchPresence } from './client-call.js'
import { decodeUtf8 } from './decode-utf8.js'
import type { PipelineDeps, ProviderRuntime } from './deps.js'
import { formatHeaders } from './format-headers.js'
import { modelForbidden } from './model-forbidden.js'
import { createRecord } from './request-desk.js'
import { traceHeaders } from './trace-headers.js'

/** `POST /v1/messages/count_tokens`: the answer's body, as JSON text. */
export type CountTokens = (call: ClientCall) => Promise<string>

export interface CountTokensFormat {
  /** The request without what only an answer needs. */
  readonly parse: (raw: string) => ChatRequest
  /** For providers that cannot be asked. */
  readonly estimate: (request: ChatRequest) => number
}

/** A count is a few dozen bytes. */
const MAX_COUNT_BYTES = 1024 * 1024

/** Anthropic counts for its own models; for the others the gateway estimates, which is all they offer before a call. */
export function createCountTokens(deps: PipelineDeps, format: CountTokensFormat): CountTokens {
  return async (call) => {
    const runtime = deps.runtime()
    const record = createRecord(call, deps.clock.now(), deps.tracer)
    const body = await call.request.body()
    record.bodyMs = deps.clock.now() - record.startedAtMs
    const raw = decodeUtf8(body)
    const request = format.parse(raw)
    const resolved = resolveModel(request.model, runtime.models, call.mayUse)
    const mayUse = call.mayUse(request.model) || (resolved.kind === 'pinned' && call.mayUse(resolved.spec.id))
    if (!mayUse) throw modelForbidden(request.model)
    record.requestedModel = request.model
    if (resolved.kind === 'pinned') record.model = resolved.spec.id
    const provider = resolved.kind === 'pinned' ? runtime.providers.get(resolved.spec.provider) : undefined
    if (resolved.kind === 'routed' || provider?.adapter.type !== 'anthropic') {
      return settle(record, JSON.stringify({ input_tokens: format.estimate(request) }))
    }
    const upstreamBody = spliceTopLevel(request.raw, { model: JSON.stringify(resolved.spec.upstreamName) })
    const entry = beginAttempt({ deps, provider, record, target: resolved.spec, cause: 'first' })
    const answer = await askProvider({ deps, call, provider, record, entry, body: upstreamBody })
    record.provider = provider.name
    finishAttempt(entry, { kind: 'complete' }, deps.clock.now())
    return settle(record, answer)
  }

  /** Counts that fail are refusals of the door, which tells of them itself. */
  function settle(record: RequestRecord, answer: string): string {
    record.status = 200
    record.end = 'complete'
    // Anthropic counts for nothing, and so do we.
    record.cost = 0n
    record.durationMs = deps.clock.now() - record.startedAtMs
    record.bytesOut = Buffer.byteLength(answer)
    deps.settle(record)
    return answer
  }
}

interface Question {
  readonly deps: PipelineDeps
  readonly call: ClientCall
  readonly provider: ProviderRuntime
  readonly record: RequestRecord
  readonly entry: AttemptRecord
  readonly body: string
}

function askProvider({ body, call, deps, entry, provider, record }: Question): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const exchange = startExchange({
      upstream: provider.upstream,
      adapter: provider.adapter,
      timeouts: deps.runtime().timeouts,
      clock: deps.clock,
      request: {
        method: 'POST',
        path: '/v1/messages/count_tokens',
        headers: {
          'content-type': 'application/json',
          'anthropic-version': '2023-06-01',
          ...formatHeaders(call),
          ...traceHeaders(record, entry),
          ...provider.headers,
        },
        body,
      },
      onStart: () => exchange.firstTokenSeen(),
      onBytes: (chunk) => {
        bytes += chunk.length
        if (bytes > MAX_COUNT_BYTES) throw noCount()
        chunks.push(chunk)
      },
      onEnd: () => {
        const answer = Buffer.concat(chunks).toString('utf8')
        if (!isCount(tryParseJson(answer))) throw noCount()
        exchange.release()
        resolve(answer)
      },
      onFail: reject,
    })
    watchPresence(call.response).onGone(() => {
      exchange.abort()
      reject(new GatewayError('client_closed', 'The client has gone.'))
    })
  })
}

function isCount(answer: unknown): boolean {
  if (!isObject(answer)) return false
  const count = answer.input_tokens
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0
}

function noCount(): GatewayError {
  return new GatewayError('upstream_error', 'The provider answered with something else than a count of tokens.')
}
