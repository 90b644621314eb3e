import { resolveModel } from '../catalogue/resolve-model.js'
import type { ChatRequest } from '../core/chat-request.js'
import { isObject } from '../core/decode.js'
import { GatewayError } from '../core/errors.js'
import { spliceTopLevel } from '../core/json-splice.js'
import { tryParseJson } from '../core/json-text.js'
import type { RequestRecord } from '../core/request-record.js'
import { collectAnswer } from '../relay/collect-answer.js'
import { beginAttempt, finishAttempt, noteHeaders } from './attempt-record.js'
import { makeAttempts } from './attempts/make-attempts.js'
import type { AttemptOutcome, Go, Place } from './attempts/place.js'
import { createWaiting } from './attempts/waiting.js'
import { type ClientCall, watchPresence } from './client-call.js'
import { decodeUtf8 } from './decode-utf8.js'
import type { PipelineDeps, Runtime } from './deps.js'
import { formatHeaders } from './format-headers.js'
import { passByKey } from './limits/key-pass.js'
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
    const { clock, limiter } = deps
    const pass = await passByKey({ clock, limiter, call, assumedPerToken: runtime.assumedPerToken })
    try {
      return await count(call, runtime, record)
    } finally {
      pass.leave(record)
    }
  }

  async function count(call: ClientCall, runtime: Runtime, record: RequestRecord): Promise<string> {
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
    const { spec } = resolved
    const upstreamBody = spliceTopLevel(request.raw, { model: JSON.stringify(spec.upstreamName) })
    record.provider = provider.name
    const outcome = await makeAttempts({
      deps,
      runtime,
      waiting: createWaiting((listener) => watchPresence(call.response).onGone(listener)),
      places: [{ target: spec, provider }],
      prepare: (place) => (go) => askProvider({ deps, runtime, call, record, body: upstreamBody, place, go }),
    })
    if (outcome.kind !== 'complete') throw 'error' in outcome ? outcome.error : clientGone()
    return settle(record, outcome.answer)
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

function clientGone(): GatewayError {
  return new GatewayError('client_closed', 'The client has gone.')
}

interface Question {
  readonly deps: PipelineDeps
  readonly runtime: Runtime
  readonly call: ClientCall
  readonly record: RequestRecord
  readonly body: string
  readonly place: Place
  readonly go: Go
}

async function askProvider(question: Question): Promise<AttemptOutcome<string>> {
  const { body, call, deps, go, place, record, runtime } = question
  const { provider, target } = place
  const entry = beginAttempt({ deps, record, provider, target, ...go.occasion })
  const outcome = await collectAnswer({
    upstream: provider.upstream,
    adapter: provider.adapter,
    timeouts: { ...runtime.timeouts, totalMs: go.totalMs },
    clock: deps.clock,
    maxBytes: MAX_COUNT_BYTES,
    request: {
      method: 'POST',
      path: '/v1/messages/count_tokens',
      headers: {
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        ...formatHeaders(call),
        ...traceHeaders(record, entry),
        ...provider.headersOf(go.key),
      },
      body,
    },
    onGone: go.onGone,
    onResponseHeaders: (headers) => noteHeaders(entry, headers),
    read: readCount,
  })
  finishAttempt(entry, outcome, deps.clock.now())
  return outcome.kind === 'complete' ? { kind: 'complete', answer: outcome.value } : outcome
}

function readCount(body: Buffer): string {
  const answer = body.toString('utf8')
  if (isCount(tryParseJson(answer))) return answer
  throw new GatewayError('upstream_error', 'The provider answered with something else than a count of tokens.')
}

function isCount(answer: unknown): boolean {
  if (!isObject(answer)) return false
  const count = answer.input_tokens
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0
}
