import { resolveModel } from '../catalogue/resolve-model.js'
import type { ChatRequest } from '../core/chat-request.js'
import { GatewayError } from '../core/errors.js'
import { spliceTopLevel } from '../core/json-splice.js'
import { startExchange } from '../relay/exchange.js'
import { type ClientCall, watchPresence } from './client-call.js'
import { decodeUtf8 } from './decode-utf8.js'
import type { PipelineDeps, ProviderRuntime } from './deps.js'
import { formatHeaders } from './format-headers.js'
import { modelForbidden } from './model-forbidden.js'

/** `POST /v1/messages/count_tokens`: the answer's body, as JSON text. */
export type CountTokens = (call: ClientCall) => Promise<string>

export interface CountTokensFormat {
  /** The request without what only an answer needs. */
  readonly parse: (raw: string) => ChatRequest
  /** For providers that cannot be asked. */
  readonly estimate: (request: ChatRequest) => number
}

/** Anthropic counts for its own models; for the others the gateway estimates, which is all they offer before a call. */
export function createCountTokens(deps: PipelineDeps, format: CountTokensFormat): CountTokens {
  return async (call) => {
    const runtime = deps.runtime()
    const body = await call.request.body()
    const raw = decodeUtf8(body)
    const request = format.parse(raw)
    const resolved = resolveModel(request.model, runtime.models)
    const mayUse = call.mayUse(request.model) || (resolved.kind === 'pinned' && call.mayUse(resolved.spec.id))
    if (!mayUse) throw modelForbidden(request.model)
    const provider = resolved.kind === 'pinned' ? runtime.providers.get(resolved.spec.provider) : undefined
    if (resolved.kind === 'routed' || provider?.adapter.type !== 'anthropic') {
      return JSON.stringify({ input_tokens: format.estimate(request) })
    }
    const upstreamBody = spliceTopLevel(request.raw, { model: JSON.stringify(resolved.spec.upstreamName) })
    return askProvider(deps, call, provider, upstreamBody)
  }
}

function askProvider(deps: PipelineDeps, call: ClientCall, provider: ProviderRuntime, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
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
          ...provider.headers,
        },
        body,
      },
      onStart: () => exchange.firstTokenSeen(),
      onBytes: (chunk) => chunks.push(chunk),
      onEnd: () => {
        exchange.release()
        resolve(Buffer.concat(chunks).toString('utf8'))
      },
      onFail: reject,
    })
    watchPresence(call.response).onGone(() => {
      exchange.abort()
      reject(new GatewayError('client_closed', 'The client has gone.'))
    })
  })
}
