import { resolveModel } from '../../catalogue/resolve-model.js'
import { isChatModel } from '../../catalogue/shipped-models.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { ChatResponse } from '../../core/chat-response.js'
import { GatewayError } from '../../core/errors.js'
import { type ModelSpec, pricesOfSpec } from '../../core/model-spec.js'
import type { BackgroundCall, BackgroundCause } from '../../core/money/background-call.js'
import { costOf } from '../../core/money/cost-of.js'
import type { PicoUsd } from '../../core/money/money.js'
import { relayWhole } from '../../relay/relay-whole.js'
import { chooseRoute } from '../../routing/choose-route.js'
import { requestNeeds } from '../../routing/request-needs.js'
import type { PipelineDeps, Runtime } from '../deps.js'

/** Asks a provider past the cache and without a client. Rejects with its error. */
export type AskAfresh = (request: ChatRequest, cause: BackgroundCause, options?: AfreshOptions) => Promise<AfreshAnswer>

export interface AfreshOptions {
  /** Absent: whom the request names, the strong model where it is routed. */
  readonly target?: ModelSpec
  /** Nobody waits any more. */
  readonly signal?: AbortSignal
}

export interface AfreshAnswer {
  readonly response: ChatResponse
  /** Undefined: not known. */
  readonly cost: PicoUsd | undefined
}

export interface AskAfreshDeps extends Pick<PipelineDeps, 'clock' | 'createId' | 'runtime'> {
  readonly onBackgroundCall: (call: BackgroundCall) => void
}

export function createAskAfresh(deps: AskAfreshDeps): AskAfresh {
  return async (request, cause, { signal, target: wanted } = {}) => {
    const runtime = deps.runtime()
    const target = wanted ?? targetOf(request, runtime)
    const provider = runtime.providers.get(target.provider)
    if (provider === undefined) throw new GatewayError('model_not_found', 'The provider of this model is off.')
    const { adapter, upstream } = provider
    const key = provider.keys.pick(target.upstreamName, deps.clock.now())
    const epochMs = deps.clock.epochMs()
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
          ...provider.headersOf(key),
        },
        body: wire.body,
      },
      adapter,
      decodeContext: { model: target, createToolCallId: () => `call_${deps.createId()}` },
      timeouts: runtime.timeouts,
      clock: deps.clock,
      streamed: request.stream,
      onGone: (listener) => onAbort(signal, listener),
      onResponseHeaders: () => {},
    })
    if (outcome.kind === 'complete') {
      const { response } = outcome
      const { usage } = response
      const cost = usage && costOf(usage, pricesOfSpec(target), epochMs)
      deps.onBackgroundCall({ cause, provider: provider.name, model: target.id, usage, cost })
      return { response, cost }
    }
    throw outcome.kind === 'failed' ? outcome.error : new GatewayError('upstream_error', 'It was given up.')
  }
}

function onAbort(signal: AbortSignal | undefined, listener: () => void): void {
  if (signal?.aborted === true) listener()
  else signal?.addEventListener('abort', () => listener(), { once: true })
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
    threshold: 0,
  }).target
}
