import type { SemanticRules } from '../../cache/semantic/semantic-tier.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { Controls } from '../controls.js'

/** What the configuration says of caching. */
export interface CacheRules {
  readonly off: boolean
  readonly ttlMs: number
  /** Null: any temperature. */
  readonly maxTemperature: number | null
  readonly excludeModels: ReadonlySet<string>
  readonly storePrompts: boolean
  readonly semantic: SemanticRules
  readonly replay: { readonly mode: 'instant' | 'paced' | 'recorded'; readonly tokensPerSecond: number }
}

/** Undefined: the request may be answered from the cache and its answer kept. Otherwise why not, for a header. */
export function whySkipped(
  request: ChatRequest,
  controls: Controls,
  headers: Readonly<Record<string, string | undefined>>,
  rules: CacheRules,
): string | undefined {
  if (rules.off) return 'cache off'
  if (controls.cache === 'skip') return 'X-Cache: skip'
  if (/\bno-store\b/i.test(headers['cache-control'] ?? '')) return 'Cache-Control: no-store'
  if ((request.n ?? 1) > 1) return 'n > 1'
  if (request.logprobs === true) return 'logprobs'
  if (isTooWarm(request, rules) && !controls.cacheAsked) return 'temperature'
  return unmodelled(request)
}

/** Without a temperature providers use 1. */
function isTooWarm({ temperature }: ChatRequest, { maxTemperature }: CacheRules): boolean {
  return maxTemperature !== null && (temperature ?? 1) > maxTemperature
}

/** Fields that tune an answer and add nothing to it that we would not keep. */
const TUNING_FIELDS = new Set([
  'verbosity',
  'prediction',
  'store',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'logit_bias',
  'repetition_penalty',
  'min_p',
  'top_a',
])

/** What we do not know may put something into the answer that a replay would lack: web results, audio, citations. */
function unmodelled({ extras, tools }: ChatRequest): string | undefined {
  const field = Object.keys(extras).find((name) => !TUNING_FIELDS.has(name))
  if (field !== undefined) return `field ${field.slice(0, 64)}`
  return tools?.some(({ kind }) => kind === 'builtin') ? 'built-in tools' : undefined
}
