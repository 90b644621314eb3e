import { billedPrices } from '../catalogue/billed-prices.js'
import { GatewayError, toGatewayError } from '../core/errors.js'
import { noteMoney } from '../core/money/note-money.js'
import type { RequestRecord } from '../core/request-record.js'
import { parseTraceContext } from '../core/trace-context.js'
import { type ClientCall, type ClientPresence, watchPresence } from './client-call.js'
import type { PipelineDeps, Runtime } from './deps.js'
import { errorHeaders } from './error-answer.js'

/**
 * What every kind of request has in common: it is counted and limited, its record is settled exactly once, and whatever
 * goes wrong becomes an answer.
 */
export interface RequestDesk {
  /** Never rejects. */
  handle(call: ClientCall, serve: Serve): Promise<void>
  /** Requests under way. */
  active(): number
  /** Ends every request under way with this error: the time to finish them is over. */
  cutOff(error: GatewayError): void
}

/** The work on one request. It writes the answer itself when it is `complete` or `broken`; what it throws is `failed`. */
export type Serve = (stage: StageContext) => Promise<RequestOutcome>

export interface StageContext {
  readonly call: ClientCall
  readonly presence: ClientPresence
  readonly record: RequestRecord
  /** Of the configuration that was in force when the request came. */
  readonly runtime: Runtime
}

export type RequestOutcome =
  | { readonly kind: 'complete' }
  /** Nothing has reached the client: try elsewhere, or answer with the error's status. */
  | { readonly kind: 'failed'; readonly error: GatewayError }
  /** The client has been told inside the stream. */
  | { readonly kind: 'broken'; readonly error: GatewayError }
  | { readonly kind: 'client-gone' }

export function createRequestDesk(deps: Pick<PipelineDeps, 'clock' | 'runtime' | 'settle'>): RequestDesk {
  const underWay = new Set<ClientPresence>()
  return {
    async handle(call, serve) {
      const runtime = deps.runtime()
      const record = createRecord(call, deps.clock.now())
      const presence = watchPresence(call.response)
      underWay.add(presence)
      try {
        if (underWay.size > runtime.maxConcurrentRequests) {
          throw new GatewayError('overloaded', 'The gateway is serving as many requests as it may. Try again shortly.')
        }
        finish(record, await serve({ call, presence, record, runtime }), call)
      } catch (thrown) {
        finish(record, { kind: 'failed', error: toGatewayError(thrown) }, call)
      } finally {
        underWay.delete(presence)
        presence.release()
        record.durationMs = deps.clock.now() - record.startedAtMs
        record.bytesOut = call.response.bytesWritten
        noteMoney(record, (model, provider) => billedPrices(runtime.models, model, provider), deps.clock.epochMs())
        deps.settle(record)
      }
    },
    active: () => underWay.size,
    cutOff(error) {
      for (const presence of underWay) presence.cut(error)
    },
  }
}

/** Tells the client what the outcome left to tell, and the record how it ended. */
function finish(record: RequestRecord, outcome: RequestOutcome, call: ClientCall): void {
  if (outcome.kind === 'complete') {
    record.end = 'complete'
    return
  }
  if (outcome.kind === 'client-gone' || (outcome.kind === 'failed' && outcome.error.code === 'client_closed')) {
    record.end = 'client-gone'
    record.errorCode = 'client_closed'
    if (record.status === 0) record.status = 499
    return
  }
  record.end = outcome.kind
  record.errorCode = outcome.error.code
  record.failure = outcome.error
  if (outcome.kind === 'broken') return
  record.status = outcome.error.status
  call.response.writeHead(outcome.error.status, { ...errorHeaders(outcome.error, call.id), ...call.headers })
  call.response.end(call.dialect.renderError(outcome.error, call.id))
}

export function createRecord(call: ClientCall, startedAtMs: number): RequestRecord {
  const { tracestate, traceparent } = call.request.headers
  const trace = parseTraceContext(traceparent, tracestate)
  return {
    id: call.id,
    traceId: trace?.traceId,
    trace,
    startedAtMs,
    dialect: call.dialect.name,
    path: call.request.path,
    tenant: call.tenant,
    keyName: call.keyName,
    stream: false,
    requestedModel: undefined,
    provider: undefined,
    model: undefined,
    status: 0,
    cache: 'SKIP',
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
    end: 'failed',
    errorCode: undefined,
    failure: undefined,
    metadata: undefined,
    stagesMs: {},
  }
}
