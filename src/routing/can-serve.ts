import type { ModelSpec } from '../core/model-spec.js'
import type { Capability, RequestNeeds } from './request-needs.js'

/** What a model is too little of for a request. */
export type Lack = Capability | 'context' | 'output'

type Limits = Pick<ModelSpec, 'capabilities' | 'contextTokens' | 'maxOutputTokens'>

/** Whether a model can answer a request as it was asked. What is not known of a model counts as able. */
export function canServe(spec: Limits, needs: RequestNeeds): boolean {
  return findLack(spec, needs) === undefined
}

/** The first thing a model lacks; undefined: it can serve. */
export function findLack(spec: Limits, needs: RequestNeeds): Lack | undefined {
  const missing = missingCapability(spec, needs)
  if (missing !== undefined) return missing
  if (spec.contextTokens !== undefined && tokensTogether(spec, needs) > spec.contextTokens) return 'context'
  return (needs.outputTokens ?? 0) > (spec.maxOutputTokens ?? Number.POSITIVE_INFINITY) ? 'output' : undefined
}

export function missingCapability({ capabilities }: Limits, needs: RequestNeeds): Capability | undefined {
  if (capabilities === undefined) return undefined
  for (const capability of needs.capabilities.keys()) if (!capabilities.includes(capability)) return capability
  return undefined
}

/** Prompt and answer share the window; no answer is longer than the model writes. */
export function tokensTogether({ maxOutputTokens }: Limits, needs: RequestNeeds): number {
  return needs.promptTokens + Math.min(needs.outputTokens ?? 0, maxOutputTokens ?? Number.POSITIVE_INFINITY)
}
