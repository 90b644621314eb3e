import type { ChatRequest } from '../../core/chat-request.js'
import type { EncodeContext, WireRequest } from '../provider.js'
import { encodeContents } from './encode-contents.js'
import { encodeGenerationConfig } from './encode-generation-config.js'
import { encodeTools } from './encode-tools.js'
import type { Encoding } from './encoding.js'
import { parseModelFeatures } from './model-features.js'
import { modelPath } from './model-path.js'
import { screenFields } from './unsupported-fields.js'
import { contentsJson } from './wire-request.js'

/** Ours → `generateContent`. The same request always gives the same bytes: Gemini caches prompts by their beginning. */
export function encodeRequest(request: ChatRequest, { model, stream }: EncodeContext): WireRequest {
  const dropped = new Set<string>()
  const encoding: Encoding = {
    request,
    features: parseModelFeatures(model.upstreamName),
    drop: (field) => dropped.add(field),
  }
  screenFields(encoding)
  const { system, contents } = encodeContents(request.messages, encoding)
  const { tools, toolConfig } = encodeTools(encoding)
  const generationConfig = encodeGenerationConfig(encoding, model, stream)
  const serviceTier = encodeServiceTier(encoding)

  const members: readonly (readonly [string, string] | undefined)[] = [
    system.length > 0 ? ['systemInstruction', JSON.stringify({ parts: system })] : undefined,
    tools && ['tools', JSON.stringify(tools)],
    toolConfig && ['toolConfig', JSON.stringify(toolConfig)],
    ['contents', contentsJson(contents)],
    Object.keys(generationConfig).length > 0 ? ['generationConfig', JSON.stringify(generationConfig)] : undefined,
    serviceTier === undefined ? undefined : ['serviceTier', JSON.stringify(serviceTier)],
  ]
  return {
    path: modelPath(model.upstreamName, stream),
    headers: {},
    body: `{${members.flatMap((member) => (member === undefined ? [] : [`"${member[0]}":${member[1]}`])).join(',')}}`,
    dropped: [...dropped],
  }
}

type ServiceTier = 'flex' | 'standard' | 'priority'

const TIERS: Readonly<Record<string, ServiceTier>> = {
  default: 'standard',
  flex: 'flex',
  priority: 'priority',
  fast: 'priority',
}

/** `auto` leaves it to the account, as saying nothing does. */
function encodeServiceTier({ request, drop }: Encoding): ServiceTier | undefined {
  const tier = request.serviceTier
  if (tier === undefined || tier === 'auto') return undefined
  if (Object.hasOwn(TIERS, tier)) return TIERS[tier]
  drop('service_tier')
  return undefined
}
