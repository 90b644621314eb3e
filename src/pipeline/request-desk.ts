import { billedPrices } from '../catalogue/billed-prices.js'
import { GatewayError, toGatewayError } from '../core/errors.js'
import { noteMoney } from '../core/money/note-money.js'
import type { RequestRecord } from '../core/request-record.js'
import { type ClientCall, type ClientPresence, watchPresence } from './client-call.js'
import type { PipelineDeps, Runtime } from './deps.js'
import { errorHeaders } from './error-answer.js'
import { type KeyPass, passByKey } from './limits/key-pass.js'
import { beginTrace } from './trace-headers.js'

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
  /** Sends the clients of these requests away with this error. Others who follow their answers get them whole. */
  dismiss(isMeant: (call: ClientCall) => boolean, error: GatewayError): void
}

/** The work on one request. It writes the answer itself when it is `complete` or `broken`; what it throws is `failed`. */
export type Serve = (stage: StageContext) => Promise<RequestOutcome>

export interface StageContext {
  readonly call: ClientCall
  readonly presence: ClientPresence
  readonly record: RequestRecord
  /** Of the configuration that was in force when the request came. */
  readonly runtime: Runtime
  /** To be called once it is known what the request will probably use, and before anything is spent on it. */
  readonly reserve: KeyPass['reserve']
}

export type RequestOutcome =
  | { readonly kind: 'complete' }
  /** Nothing has reached the client: try elsewhere, or answer with the error's status. */
  | { readonly kind: 'failed'; readonly error: GatewayError }
  /** The client has been told inside the stream. */
  | { readonly kind: 'broken'; readonly error: GatewayError }
  | { readonly kind: 'client-gone' }

interface Visit {
  readonly call: ClientCall
  readonly presence: ClientPresence
  readonly record: RequestRecord
  /** What its client was sent away with. */
  dismissal?: GatewayError
}

type DeskDeps = Pick<PipelineDeps, 'clock' | 'runtime' | 'settle' | 'limiter' | 'tracer'>

export function createRequestDesk(deps: DeskDeps): RequestDesk {
  const underWay = new Set<Visit>()
  return {
    async handle(call, serve) {
      const runtime = deps.runtime()
      const record = createRecord(call, deps.clock.now(), deps.tracer)
      const presence = watchPresence(call.response)
      const visit: Visit = { call, presence, record }
      underWay.add(visit)
      let pass: KeyPass | undefined
      try {
        if (underWay.size > runtime.maxConcurrentRequests) {
          throw new GatewayError('overloaded', 'The gateway is serving as many requests as it may. Try again shortly.')
        }
        const { clock, limiter } = deps
        pass = await passByKey({ clock, limiter, call, assumedPerToken: runtime.assumedPerToken })
        finish(visit, await serve({ call, presence, record, runtime, reserve: pass.reserve }))
      } catch (thrown) {
        finish(visit, { kind: 'failed', error: toGatewayError(thrown) })
      } finally {
        underWay.delete(visit)
        presence.release()
        record.durationMs = deps.clock.now() - record.startedAtMs
        record.bytesOut = call.response.bytesWritten
        noteMoney(record, (model, provider) => billedPrices(runtime.models, model, provider), deps.clock.epochMs())
        pass?.leave(record)
        deps.settle(record)
      }
    },
    active: () => underWay.size,
    cutOff(error) {
      for (const { presence } of underWay) presence.cut(error)
    },
    dismiss(isMeant, error) {
      for (const visit of underWay) if (isMeant(visit.call)) sendAway(visit, error)
    },
  }
}

/** What is written to the client later on comes after the end of its answer, and to nothing. */
function sendAway(visit: Visit, error: GatewayError): void {
  const { call, presence, record } = visit
  if (presence.gone) return
  visit.dismissal = error
  if (record.status === 0) refuse(call, error)
  else call.response.end(record.stream ? lastWord(call, error) : undefined)
  presence.dismiss()
}

/** Of an answer that has begun. The renderers of both dialects need nothing of what came before it. */
function lastWord(call: ClientCall, error: GatewayError): string {
  const context = { id: call.id, createdSeconds: 0, model: '', includeUsage: false, requestId: call.id }
  return call.dialect.createStreamRenderer(context).fail(error)
}

function refuse(call: ClientCall, error: GatewayError): void {
  call.response.writeHead(error.status, { ...errorHeaders(error, call.id), ...call.headers })
  call.response.end(call.dialect.renderError(error, call.id))
}

/** Tells the client what the outcome left to tell, and the record how it ended. */
function finish({ call, dismissal, record }: Visit, outcome: RequestOutcome): void {
  if (dismissal !== undefined) {
    record.end = record.status === 0 ? 'failed' : 'broken'
    record.errorCode = dismissal.code
    record.failure = dismissal
    if (record.status === 0) record.status = dismissal.status
    return
  }
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
  refuse(call, outcome.error)
}

export function createRecord(call: ClientCall, startedAtMs: number, tracer: PipelineDeps['tracer']): RequestRecord {
  const trace = beginTrace(call.request.headers, tracer)
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
    cacheKey: undefined,
    near: undefined,
    similarity: undefined,
    routing: undefined,
    attempts: [],
    detour: undefined,
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
    said: undefined,
    metadata: undefined,
    stagesMs: {},
    stages: trace?.span?.isSampled === true ? [] : undefined,
  }
}
