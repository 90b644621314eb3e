import { isChatModel } from '../../catalogue/shipped-models.js'
import type { ChatRequest } from '../../core/chat-request.js'
import { GatewayError } from '../../core/errors.js'
import type { ModelSpec } from '../../core/model-spec.js'
import { canServe } from '../../routing/can-serve.js'
import { requestNeeds } from '../../routing/request-needs.js'
import type { ClientCall } from '../client-call.js'
import type { Runtime } from '../deps.js'
import { mayAskTwice } from './may-ask-twice.js'
import type { Place } from './place.js'

export interface PlacesOptions {
  readonly runtime: Runtime
  readonly call: Pick<ClientCall, 'mayUse' | 'mayAnswer'>
  readonly request: ChatRequest
  readonly target: ModelSpec
  /** What routing would have taken otherwise: stands in where nothing is configured. */
  readonly alternative: ModelSpec | undefined
  /** Only models of this provider. */
  readonly provider: string | undefined
}

/**
 * Where the request may be answered: by the chosen model, then by its fallbacks that can do what the request asks for.
 * @throws GatewayError 404 when the chosen model's provider is off
 */
export function choosePlaces(options: PlacesOptions): readonly [Place, ...Place[]] {
  const { alternative, runtime, target } = options
  const chosen = placeOf(target, runtime)
  if (chosen === undefined) {
    const message = `The provider '${target.provider}' of this model is off.`
    throw new GatewayError('model_not_found', message, { param: 'model' })
  }
  const fallbacks = runtime.fallbacks.get(target.id) ?? (alternative === undefined ? [] : [alternative])
  if (fallbacks.length === 0) return [chosen]
  const needs = requestNeeds(options.request)
  const able = fallbacks.filter((spec) => isAllowed(spec, options) && isChatModel(spec) && canServe(spec, needs))
  return [chosen, ...able.flatMap((spec) => placeOf(spec, runtime, 'fallback') ?? [])]
}

/**
 * Who is asked once more when the cheap model's answer is plainly not good enough: the strong one, of a request that leaves
 * the choice to the gateway altogether. Undefined: nobody.
 */
export function chooseEscalation(options: PlacesOptions): Place | undefined {
  const { alternative, provider, request, runtime, target } = options
  if (!runtime.escalate || alternative === undefined || provider !== undefined) return undefined
  // An answer with sound in it is more than its text, and what a tool did at the provider is done.
  if (request.extras.modalities !== undefined || !mayAskTwice(request)) return undefined
  if (!isAllowed(alternative, options) || !canServe(alternative, requestNeeds(request))) return undefined
  return alternative.id === target.id ? undefined : placeOf(alternative, runtime, 'escalation')
}

function placeOf(target: ModelSpec, { providers }: Runtime, detour?: Place['detour']): Place | undefined {
  const provider = providers.get(target.provider)
  return provider && { target, provider, ...(detour !== undefined && { detour }) }
}

/** Who may use a name that the gateway gives a meaning to may use all that it means; a model's own name is only that model. */
function isAllowed(spec: ModelSpec, { call, provider, request, runtime, target }: PlacesOptions): boolean {
  if (spec.id === target.id || (provider !== undefined && spec.provider !== provider)) return false
  const isOwnName = request.model === target.id && !Object.hasOwn(runtime.models.aliases, request.model)
  return call.mayUse(spec.id) || (!isOwnName && call.mayAnswer(request.model, spec.id))
}
