import { resolveModel } from '../../catalogue/resolve-model.js'
import { isChatModel } from '../../catalogue/shipped-models.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { ChatResponse } from '../../core/chat-response.js'
import { GatewayError } from '../../core/errors.js'
import type { ModelSpec } from '../../core/model-spec.js'
import { relayWhole } from '../../relay/relay-whole.js'
import { chooseRoute } from '../../routing/choose-route.js'
import { requestNeeds } from '../../routing/request-needs.js'
import type { PipelineDeps, Runtime } from '../deps.js'

/** Asks a provider past the cache and without a client, to compare its answer with a kept one. Rejects with its error. */
export function createAskAfresh(
  deps: Pick<PipelineDeps, 'clock' | 'createId' | 'runtime'>,
): (request: ChatRequest) => Promise<ChatResponse> {
  return async (request) => {
    const runtime = deps.runtime()
    const target = targetOf(request, runtime)
    const provider = runtime.providers.get(target.provider)
    if (provider === undefined) throw new GatewayError('model_not_found', 'The provider of this model is off.')
    const { adapter, headers, upstream } = provider
    const wire = adapter.encodeRequest(request, { model: target, stream: request.stream })
    const outcome = await relayWhole({
      upstream,
      request: {
        method: 'POST',
        path: wire.path,
        headers: {
          'content-type': 'application/json',
          accept: request.stream ? 'text/event-stream' : 'application/json',
          ...wire.headers,
          ...headers,
        },
        body: wire.body,
      },
      adapter,
      decodeContext: { model: target, createToolCallId: () => `call_${deps.createId()}` },
      timeouts: runtime.timeouts,
      clock: deps.clock,
      streamed: request.stream,
      onGone: () => {},
      onResponseHeaders: () => {},
    })
    if (outcome.kind === 'complete') return outcome.response
    throw outcome.kind === 'failed' ? outcome.error : new GatewayError('upstream_error', 'The provider left.')
  }
}

/** A routed request is judged by the strong model. */
function targetOf(request: ChatRequest, runtime: Runtime): ModelSpec {
  const resolved = resolveModel(request.model, runtime.models, () => true)
  if (resolved.kind === 'pinned') return resolved.spec
  return chooseRoute({
    strategy: 'quality',
    provider: undefined,
    cheap: runtime.auto.cheap,
    strong: runtime.auto.strong,
    candidates: runtime.models.catalogue.filter(isChatModel),
    mayUse: () => true,
    needs: requestNeeds(request),
    insight: { kind: 'unavailable' },
    threshold: runtime.threshold,
  }).target
}
