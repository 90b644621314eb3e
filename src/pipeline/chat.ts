import { resolveModel } from '../catalogue/resolve-model.js'
import { isChatModel } from '../catalogue/shipped-models.js'
import type { ChatRequest } from '../core/chat-request.js'
import { GatewayError, invalidRequest } from '../core/errors.js'
import type { ModelSpec } from '../core/model-spec.js'
import type { RequestRecord } from '../core/request-record.js'
import { chooseRoute, renderRoute } from '../routing/choose-route.js'
import { attempt } from './attempt.js'
import type { ClientCall } from './client-call.js'
import { type Controls, parseControls, refuseRoutingOfPinned } from './controls.js'
import { decodeUtf8 } from './decode-utf8.js'
import type { PipelineDeps } from './deps.js'
import { modelForbidden } from './model-forbidden.js'
import type { RequestOutcome, Serve, StageContext } from './request-desk.js'

/** The way of one chat request, from its bytes to its answer. */
export function createServeChat(deps: PipelineDeps): Serve {
  return serve

  async function serve(stage: StageContext): Promise<RequestOutcome> {
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
      if (!isChatModel(resolved.spec)) throw embeddingModel(request.model)
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
}

function parse(call: ClientCall, body: Uint8Array, record: RequestRecord): ChatRequest {
  const raw = decodeUtf8(body)
  const request = call.dialect.parseRequest(raw)
  record.stream = request.stream
  record.requestedModel = request.model
  record.metadata = request.metadata
  return request
}

function embeddingModel(model: string): GatewayError {
  return invalidRequest(
    'model',
    `'${model.slice(0, 200)}' is an embedding model, which answers no chats: send its inputs to POST /v1/embeddings.`,
  )
}
