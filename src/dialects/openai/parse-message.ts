import {
  isObject,
  type JsonObject,
  optionalArray,
  optionalObject,
  optionalString,
  requireNonEmptyString,
  requireObject,
  requireOneOf,
} from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'
import type { AssistantMessage, AssistantPart, Message } from '../../core/message.js'
import { parseCacheControl } from './parse-cache-control.js'
import { parseContent } from './parse-content.js'
import type { Extra } from './parse-extras.js'
import { parseToolCall } from './parse-tool-call.js'

const ROLES = ['developer', 'system', 'user', 'assistant', 'tool'] as const

export interface ParsedMessage {
  readonly message: Message
  /** What has no place in ours and must not be lost without a word. */
  readonly extras: readonly Extra[]
}

const NO_EXTRAS: readonly Extra[] = []

export function parseMessage(value: unknown, index: number): ParsedMessage {
  const path = `messages[${index}]`
  const given = requireObject(value, path)
  refuseFunctions(given, path)
  const role = requireOneOf(given.role, `${path}.role`, ROLES)
  switch (role) {
    case 'developer':
    case 'system': {
      const parts = requireParts(parseContent(given.content, `${path}.content`, ['text']), `${path}.content`)
      return plain({ role: 'system', parts, ...parseName(given, path), path })
    }
    case 'user': {
      const types = ['text', 'image_url', 'input_audio', 'file'] as const
      const parts = requireParts(parseContent(given.content, `${path}.content`, types), `${path}.content`)
      return plain({ role, parts, ...parseName(given, path), path })
    }
    case 'assistant':
      return { message: parseAssistant(given, path), extras: spokenAnswer(given, path) }
    case 'tool': {
      const toolCallId = requireNonEmptyString(given.tool_call_id, `${path}.tool_call_id`)
      const parts = parseContent(given.content, `${path}.content`, ['text'])
      const cacheControl = parseCacheControl(given, path)
      const marked = cacheControl === undefined ? {} : { cacheControl }
      return plain({ role, toolCallId, parts, isError: false, ...marked, path })
    }
  }
}

function plain(message: Message): ParsedMessage {
  return { message, extras: NO_EXTRAS }
}

function refuseFunctions(given: JsonObject, path: string): void {
  if (given.role === 'function') {
    throw invalidRequest(`${path}.role`, `'${path}.role': 'function' is deprecated; use role 'tool' and 'tools'.`)
  }
  if (given.function_call !== undefined && given.function_call !== null) {
    const field = `${path}.function_call`
    throw invalidRequest(field, `'${field}' is deprecated and not supported here; use 'tool_calls' instead.`)
  }
}

function parseName(given: JsonObject, path: string): { name?: string } {
  const name = optionalString(given.name, `${path}.name`)
  return name === undefined ? {} : { name }
}

function requireParts<T>(parts: readonly T[], path: string): readonly T[] {
  if (parts.length === 0) throw invalidRequest(path, `'${path}' must hold at least one part.`)
  return parts
}

function parseAssistant(given: JsonObject, path: string): AssistantMessage {
  const thinking: AssistantPart[] = []
  // Not a field of OpenAI's, but what many servers, this one included, send in their answers and clients send back.
  const reasoning = given.reasoning_content
  if (typeof reasoning === 'string' && reasoning !== '') {
    thinking.push({ type: 'reasoning', text: reasoning, origin: 'openai', path: `${path}.reasoning_content` })
  }
  const calls = optionalArray(given.tool_calls, `${path}.tool_calls`) ?? []
  const [firstCall = [], ...otherCalls] = calls.map((call, index) =>
    parseToolCall(call, `${path}.tool_calls[${index}]`),
  )
  const refusal = optionalString(given.refusal, `${path}.refusal`)
  const content = given.content
  let said: readonly AssistantPart[] = []
  if (content !== undefined && content !== null) {
    said = parseContent(content, `${path}.content`, ['text', 'refusal'])
  } else if (calls.length === 0 && refusal === undefined && !isObject(given.audio)) {
    throw invalidRequest(`${path}.content`, `'${path}.content' is required when there are no 'tool_calls'.`)
  }
  const refused: readonly AssistantPart[] =
    refusal === undefined ? [] : [{ type: 'refusal', text: refusal, path: `${path}.refusal` }]
  // Anthropic wants a turn that thinks to begin with its thinking, and in an answer the text stands behind it.
  // The lists may be long: an array literal takes any length, the arguments of a call do not.
  const before = firstCall.slice(0, -1)
  const parts = [...thinking, ...before, ...said, ...refused, ...firstCall.slice(-1), ...otherCalls.flat()]
  return { role: 'assistant', parts, ...parseName(given, path), path }
}

/** A spoken answer is referred to by its id, which only the server that gave it can resolve. */
function spokenAnswer(given: JsonObject, path: string): readonly Extra[] {
  const audio = optionalObject(given.audio, `${path}.audio`)
  if (audio === undefined) return NO_EXTRAS
  requireNonEmptyString(audio.id, `${path}.audio.id`)
  return [{ name: `${path}.audio`, value: audio }]
}
