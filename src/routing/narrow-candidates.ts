import { GatewayError, unsupportedParameter } from '../core/errors.js'
import type { ModelSpec } from '../core/model-spec.js'
import { missingCapability, tokensTogether } from './can-serve.js'
import type { Capability, RequestNeeds } from './request-needs.js'

/** An estimate below this part of the truth has not been seen in prose; a refusal needs to be sure. */
const SURELY = 0.75

/**
 * The models that can answer. A capability is a must; where no window or answer is long enough by the estimate, the
 * longest are tried, and where all are in trouble, or too dear for what is left of a budget, all of them.
 * @param candidates not empty
 * @throws GatewayError 400 that names what nobody has
 */
export function narrowCandidates(
  candidates: readonly ModelSpec[],
  needs: RequestNeeds,
  isHealthy: (spec: ModelSpec) => boolean,
  isAffordable: (spec: ModelSpec) => boolean,
): readonly ModelSpec[] {
  const able = candidates.filter((spec) => missingCapability(spec, needs) === undefined)
  if (able.length === 0) throw nobodyCan(candidates, needs)
  const roomy = atLeast(
    able,
    ({ contextTokens }) => contextTokens,
    (spec) => tokensTogether(spec, needs),
  )
  refuseSurelyTooLong(roomy, needs)
  const long = atLeast(
    roomy,
    ({ maxOutputTokens }) => maxOutputTokens,
    () => needs.outputTokens ?? 0,
  )
  return preferring(preferring(long, isHealthy), isAffordable)
}

/** Those for which it holds, or all. */
function preferring(specs: readonly ModelSpec[], holds: (spec: ModelSpec) => boolean): readonly ModelSpec[] {
  const better = specs.filter(holds)
  return better.length > 0 ? better : specs
}

/** Those whose limit is high enough, or those with the highest. A limit that is not known is. */
function atLeast(
  specs: readonly ModelSpec[],
  limitOf: (spec: ModelSpec) => number | undefined,
  wanted: (spec: ModelSpec) => number,
): readonly ModelSpec[] {
  const limit = (spec: ModelSpec): number => limitOf(spec) ?? Number.POSITIVE_INFINITY
  const enough = specs.filter((spec) => limit(spec) >= wanted(spec))
  if (enough.length > 0) return enough
  const highest = Math.max(...specs.map(limit))
  return specs.filter((spec) => limit(spec) === highest)
}

function refuseSurelyTooLong(roomy: readonly ModelSpec[], { promptTokens }: RequestNeeds): void {
  const longest = Math.max(...roomy.map(({ contextTokens }) => contextTokens ?? Number.POSITIVE_INFINITY))
  if (SURELY * promptTokens <= longest) return
  throw new GatewayError(
    'context_length_exceeded',
    `The prompt has about ${promptTokens} tokens, and no model that may be chosen for it takes more than ${longest}.`,
    { param: 'messages' },
  )
}

function nobodyCan(candidates: readonly ModelSpec[], { capabilities }: RequestNeeds): GatewayError {
  const alone = [...capabilities].filter(([capability]) => !candidates.some((spec) => has(spec, capability)))
  const missing = alone.length > 0 ? alone : [...capabilities]
  const list = missing.map(([capability, path]) => `'${capability}' (needed by '${path}')`).join(' and ')
  const together = missing.length > 1 && alone.length === 0 ? ' together' : ''
  return unsupportedParameter(
    missing[0]?.[1] ?? 'model',
    `No model that may be chosen for this request has the capability ${list}${together}. Name a model that has it, or leave that out.`,
  )
}

function has({ capabilities }: ModelSpec, capability: Capability): boolean {
  return capabilities === undefined || capabilities.includes(capability)
}
