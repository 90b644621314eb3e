import {
  isObject,
  type JsonObject,
  optionalBoolean,
  optionalNumber,
  optionalOneOf,
  optionalString,
  requireArray,
  requireNonEmptyString,
  requireObject,
  requireOneOf,
} from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'

/** Top-level fields that have a place of their own in `ChatRequest`. */
const MODELLED: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'stop',
  'n',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'logprobs',
  'top_logprobs',
  'user',
  'safety_identifier',
  'metadata',
  'service_tier',
])

/** Fields that only servers of this dialect understand: checked, then passed on as they are. */
const CHECKS: Readonly<Record<string, (value: unknown, field: string, body: JsonObject) => void>> = {
  logit_bias: checkLogitBias,
  prompt_cache_key: optionalString,
  prompt_cache_options: checkPromptCacheOptions,
  prompt_cache_retention: (value, field) => optionalOneOf(value, field, ['in_memory', 'in-memory', '24h']),
  verbosity: (value, field) => optionalOneOf(value, field, ['low', 'medium', 'high']),
  modalities: checkModalities,
  audio: checkAudio,
  prediction: checkPrediction,
  store: optionalBoolean,
  moderation: (value, field) => requireNonEmptyString(requireObject(value, field).model, `${field}.model`),
  web_search_options: checkWebSearch,
}

export interface Extra {
  readonly name: string
  readonly value: unknown
}

/** @param fromMessages what stands inside messages and has no place in ours, named by its path */
export function parseExtras(body: JsonObject, fromMessages: readonly Extra[]): Readonly<Record<string, unknown>> {
  const entries: [string, unknown][] = []
  for (const [field, value] of Object.entries(body)) {
    if (value === null || MODELLED.has(field)) continue
    if (Object.hasOwn(CHECKS, field)) CHECKS[field]?.(value, field, body)
    entries.push([field, value])
  }
  for (const extra of fromMessages) entries.push([extra.name, extra.value])
  // fromEntries defines own properties, whatever their names: `__proto__` is a name like any other.
  return Object.fromEntries(entries)
}

function checkLogitBias(value: unknown, field: string): void {
  for (const [token, bias] of Object.entries(requireObject(value, field))) {
    optionalNumber(bias, `${field}.${token.slice(0, 64)}`, -100, 100)
  }
}

function checkPromptCacheOptions(value: unknown, field: string): void {
  const options = requireObject(value, field)
  optionalOneOf(options.mode, `${field}.mode`, ['implicit', 'explicit'])
  optionalString(options.ttl, `${field}.ttl`)
}

function checkModalities(value: unknown, field: string, body: JsonObject): void {
  const modalities = requireArray(value, field).map((item, index) =>
    requireOneOf(item, `${field}[${index}]`, ['text', 'audio']),
  )
  if (modalities.includes('audio') && !isObject(body.audio)) {
    throw invalidRequest('audio', "'audio' is required when 'modalities' asks for audio.")
  }
}

function checkAudio(value: unknown, field: string): void {
  const audio = requireObject(value, field)
  requireOneOf(audio.format, `${field}.format`, ['wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16'])
  // A built-in voice by its name or a custom one as {id}.
  if (!isObject(audio.voice)) requireNonEmptyString(audio.voice, `${field}.voice`)
}

function checkPrediction(value: unknown, field: string): void {
  const prediction = requireObject(value, field)
  requireOneOf(prediction.type, `${field}.type`, ['content'])
  if (typeof prediction.content !== 'string') requireArray(prediction.content, `${field}.content`)
}

function checkWebSearch(value: unknown, field: string): void {
  const options = requireObject(value, field)
  optionalOneOf(options.search_context_size, `${field}.search_context_size`, ['low', 'medium', 'high'])
  if (options.user_location !== undefined && options.user_location !== null) {
    requireObject(options.user_location, `${field}.user_location`)
  }
}
