import { type JsonObject, optionalObject, optionalString, requireOneOf } from '../../core/decode.js'
import type { CacheControl } from '../../core/message.js'

/**
 * A prompt-cache marker on a content part or a tool: OpenAI's own `prompt_cache_breakpoint`, or Anthropic's
 * `cache_control`, which many clients of this dialect put there for gateways like this one.
 */
export function parseCacheControl(holder: JsonObject, path: string): CacheControl | undefined {
  const marker = optionalObject(holder.cache_control, `${path}.cache_control`)
  const breakpoint = optionalObject(holder.prompt_cache_breakpoint, `${path}.prompt_cache_breakpoint`)
  if (breakpoint !== undefined) {
    requireOneOf(breakpoint.mode, `${path}.prompt_cache_breakpoint.mode`, ['explicit'])
    optionalString(breakpoint.ttl, `${path}.prompt_cache_breakpoint.ttl`)
  }
  if (marker !== undefined) {
    requireOneOf(marker.type, `${path}.cache_control.type`, ['ephemeral'])
    return marker
  }
  return breakpoint === undefined ? undefined : { type: 'ephemeral' }
}
