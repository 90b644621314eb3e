import type { DialectName } from '../../core/chat-request.js'
import { isObject } from '../../core/decode.js'
import { unsupportedParameter } from '../../core/errors.js'
import { CLIENT_FIELDS, type Encoding } from './encoding.js'

/**
 * Fields that have no counterpart: what would change the answer or weaken a safeguard is refused by name, what only
 * tunes or labels the request is left out and listed.
 */
export function screenFields({ request, drop }: Encoding): void {
  for (const [field, value] of Object.entries(request.extras)) {
    if (asksForNothing(field, value)) continue
    if (isRefused(field, value, request.dialect)) {
      throw unsupportedParameter(field, `'${field}' is not supported by Gemini models.`)
    }
    drop(field)
  }
  for (const hint of request.hints ?? []) drop(hint)
  if (request.user !== undefined) drop(CLIENT_FIELDS[request.dialect].user)
  if (request.metadata !== undefined) drop('metadata')
  if (request.cacheControl !== undefined) drop('cache_control')
}

/** Empty, off, or what is done anyway. */
function asksForNothing(field: string, value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true
  if (Array.isArray(value))
    return value.length === 0 || (field === 'modalities' && value.every((one) => one === 'text'))
  // A search without options is a search.
  return field !== 'web_search_options' && isObject(value) && Object.keys(value).length === 0
}

/** Fields of OpenAI's that must not vanish. Other fields of its dialect only tune. */
const REFUSED_OPENAI: ReadonlySet<string> = new Set([
  'logit_bias',
  'audio',
  'moderation',
  'web_search_options',
  'functions',
  'function_call',
])

/** Fields of Anthropic's that may vanish. Others of its dialect change what is asked. */
const DROPPED_ANTHROPIC: ReadonlySet<string> = new Set(['speed', 'diagnostics', 'context_management'])

function isRefused(field: string, value: unknown, dialect: DialectName): boolean {
  // A path into the messages names content that we could not read.
  if (field.includes('[')) return true
  if (dialect === 'anthropic') return !DROPPED_ANTHROPIC.has(field)
  if (field === 'modalities') return !Array.isArray(value) || value.includes('audio')
  return REFUSED_OPENAI.has(field)
}
