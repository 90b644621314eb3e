import { resolveModel } from '../catalogue/resolve-model.js'
import { isChatModel } from '../catalogue/shipped-models.js'
import type { ChatRequest } from '../core/chat-request.js'
import { GatewayError, toGatewayError } from '../core/errors.js'
import type { ModelSpec } from '../core/model-spec.js'
import type { RequestRecord } from '../core/request-record.js'
import { chooseRoute, renderRoute } from '../routing/choose-route.js'
import { type AttemptOutcome, attempt } from './attempt.js'
import { type ClientCall, type ClientPresence, watchPresence } from './client-call.js'
import { type Controls, parseControls, refuseRoutingOfPinned } from './controls.js'
import { decodeUtf8 } from './decode-utf8.js'
import type { PipelineDeps, Runtime } from './deps.js'
import { errorHeaders } from './error-answer.js'
import { modelForbidden } from './model-forbidden.js'

/** The way of one chat request, from its bytes to its settled record. */
export interface ChatPipeline {
  /** Never rejects: whatever goes wrong becomes an answer and a record. */
  handle(call: ClientCall): Promise<void>
  /** Requests under way. */
  active(): number
  /** Ends every request under way with this error: the time to finish them is over. */
  cutOff(error: GatewayError): void
}

export function createChatPipeline(deps: PipelineDeps): ChatPipeline {
  const underWay = new Set<ClientPresence>()

  async function handle(call: ClientCall): Promise<void> {
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
      deps.settle(record)
    }
  }

  async function serve(stage: StageContext): Promise<AttemptOutcome> {
    const { call, presence, record, runtime } = stage
    const body = await call.request.body()
    const request = timed(record, 'parse', () => parse(call, body, record))
    const controls = parseControls(call.request.headers, runtime.models.providers)
    const target = await route(request, controls, stage)
    lookUp(controls, stage)
    if (presence.gone) return { kind: 'client-gone' }

    const provider = runtime.providers.get(target.provider)
    if (provider === undefined) {
      throw new GatewayError('model_not_found', `The provider '${target.provider}' of this model is off.`, {
        param: 'model',
      })
    }
    return attempt({ deps, runtime, call, presence, request, target, provider, record })
  }

  async function route(
    request: ChatRequest,
    controls: Controls,
    { call, record, runtime }: StageContext,
  ): Promise<ModelSpec> {
    const resolved = resolveModel(request.model, runtime.models, call.mayUse)
    if (resolved.kind === 'pinned') {
      refuseRoutingOfPinned(controls, request.model)
      if (!call.mayUse(request.model) && !call.mayUse(resolved.spec.id)) throw modelForbidden(request.model)
      return resolved.spec
    }
    const startedAt = deps.clock.now()
    const insight = await deps.analyser.analyse(request)
    record.stagesMs.analyse = deps.clock.now() - startedAt
    const decision = timed(record, 'route', () =>
      chooseRoute({
        strategy: controls.route ?? runtime.auto.strategy,
        provider: controls.provider,
        cheap: runtime.auto.cheap,
        strong: runtime.auto.strong,
        candidates: runtime.models.catalogue.filter(isChatModel),
        mayUse: (id) => call.mayUse(request.model) || call.mayUse(id),
        insight,
        threshold: runtime.threshold,
      }),
    )
    record.route = renderRoute(decision)
    return decision.target
  }

  /** Without a store every lookup is a miss; what is settled here is how each mode ends then. */
  function lookUp(controls: Controls, { record, runtime }: StageContext): void {
    if (runtime.cacheOff || controls.cache === 'skip') record.cache = 'SKIP'
    else if (controls.cache === 'refresh') record.cache = 'REFRESH'
    else record.cache = 'MISS'
    if (controls.cache !== 'only') return
    record.cache = 'ONLY_MISS'
    throw new GatewayError(
      'cache_miss',
      'The answer is not in the cache, and X-Cache: only forbids asking the provider.',
    )
  }

  function timed<T>(record: RequestRecord, name: 'parse' | 'route', step: () => T): T {
    const startedAt = deps.clock.now()
    const result = step()
    record.stagesMs[name] = deps.clock.now() - startedAt
    return result
  }

  return {
    handle,
    active: () => underWay.size,
    cutOff(error) {
      for (const presence of underWay) presence.cut(error)
    },
  }
}

interface StageContext {
  readonly call: ClientCall
  readonly presence: ClientPresence
  readonly record: RequestRecord
  readonly runtime: Runtime
}

function parse(call: ClientCall, body: Uint8Array, record: RequestRecord): ChatRequest {
  const raw = decodeUtf8(body)
  const request = call.dialect.parseRequest(raw)
  record.stream = request.stream
  record.requestedModel = request.model
  record.metadata = request.metadata
  return request
}

/** Tells the client what the outcome left to tell, and the record how it ended. */
function finish(record: RequestRecord, outcome: AttemptOutcome, call: ClientCall): void {
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
  return {
    id: call.id,
    startedAtMs,
    dialect: call.dialect.name,
    path: call.request.path,
    tenant: call.tenant,
    stream: false,
    requestedModel: undefined,
    provider: undefined,
    model: undefined,
    status: 0,
    cache: 'SKIP',
    route: undefined,
    attempts: [],
    dropped: [],
    usage: undefined,
    ttftMs: undefined,
    durationMs: 0,
    bytesOut: 0,
    end: 'failed',
    errorCode: undefined,
    failure: undefined,
    metadata: undefined,
    stagesMs: {},
  }
}
