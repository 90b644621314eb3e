import { LOCAL_PROVIDER } from '../catalogue/local-model.js'
import { resolveModel } from '../catalogue/resolve-model.js'
import { isChatModel } from '../catalogue/shipped-models.js'
import { GatewayError, invalidRequest } from '../core/errors.js'
import type { ModelSpec } from '../core/model-spec.js'
import type { LocalEmbedder, ProviderRuntime, Runtime } from './deps.js'
import { modelForbidden } from './model-forbidden.js'

/** Who makes the embeddings that a client asks for. */
export type ChosenEmbedder =
  | { readonly kind: 'local'; readonly target: ModelSpec; readonly embedder: LocalEmbedder }
  | {
      readonly kind: 'provider'
      readonly target: ModelSpec
      readonly provider: ProviderRuntime
      readonly support: PassThrough
    }

export type PassThrough = Extract<ProviderRuntime['adapter']['embeddings'], { kind: 'pass-through' }>

export interface EmbedderQuestion {
  /** As the client wrote it. */
  readonly model: string
  readonly runtime: Runtime
  readonly localEmbedder: LocalEmbedder | null
  readonly mayUse: (name: string) => boolean
}

/** @throws GatewayError 400, 403 or 404 that says which models could be asked instead */
export function chooseEmbedder(question: EmbedderQuestion): ChosenEmbedder {
  const { localEmbedder, mayUse, model, runtime } = question
  const resolved = resolveModel(model, runtime.models, mayUse)
  if (resolved.kind === 'routed') {
    throw invalidRequest('model', `'${model}' chooses among chat models.${alternatives(question)}`)
  }
  const { spec: target } = resolved
  if (!mayUse(model) && !mayUse(target.id)) throw modelForbidden(model)
  if (target.capabilities !== undefined && isChatModel(target)) {
    throw invalidRequest(
      'model',
      `'${shown(model)}' is a chat model, which makes no embeddings.${alternatives(question)}`,
    )
  }

  const provider = runtime.providers.get(target.provider)
  if (provider === undefined) {
    if (isLocal(target, localEmbedder)) return { kind: 'local', target, embedder: localEmbedder }
    throw notFound(`The provider '${target.provider}' of this model is off.${alternatives(question)}`)
  }
  const { embeddings, type } = provider.adapter
  if (embeddings.kind === 'pass-through') return { kind: 'provider', target, provider, support: embeddings }
  const message = `${embeddings.reason}${alternatives(question)}`
  throw type === 'simulator' ? notFound(message) : invalidRequest('model', message)
}

function isLocal(target: ModelSpec, embedder: LocalEmbedder | null): embedder is LocalEmbedder {
  return target.provider === LOCAL_PROVIDER && target.id === embedder?.model.id
}

/** A sentence with the embedding models this client could use. */
function alternatives({ localEmbedder, mayUse, runtime }: EmbedderQuestion): string {
  const names = runtime.models.catalogue
    .filter((spec) => !isChatModel(spec) && mayUse(spec.id))
    .filter(
      (spec) =>
        runtime.providers.get(spec.provider)?.adapter.embeddings.kind === 'pass-through' ||
        isLocal(spec, localEmbedder),
    )
    .map((spec) => `'${spec.id}'`)
  return names.length === 0
    ? ' No embedding model is listed here.'
    : ` Embedding models listed here: ${names.join(', ')}.`
}

function notFound(message: string): GatewayError {
  return new GatewayError('model_not_found', message, { param: 'model' })
}

function shown(name: string): string {
  return name.slice(0, 200)
}
