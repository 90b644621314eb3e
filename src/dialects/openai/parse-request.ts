import { type ChatRequest, EFFORTS, type Reasoning } from '../../core/chat-request.js'
import {
  describe,
  isObject,
  type JsonObject,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalObject,
  optionalOneOf,
  optionalString,
  requireArray,
  requireNonEmptyString,
  requireString,
} from '../../core/decode.js'
import { GatewayError, invalidRequest } from '../../core/errors.js'
import { refuseDeepJson } from '../../core/json-depth.js'
import { parseJsonText } from '../../core/json-text.js'
import { checkToolResults } from './check-tool-results.js'
import { collectHints } from './collect-hints.js'
import { parseExtras } from './parse-extras.js'
import { parseMessage } from './parse-message.js'
import { parseResponseFormat } from './parse-response-format.js'
import { parseToolChoice, parseTools } from './parse-tools.js'

const SERVICE_TIERS = ['auto', 'default', 'flex', 'scale', 'priority', 'fast'] as const

/** JSON text of a chat completion request → ours. Every field is checked; the error names the first one that is wrong. */
export function parseRequest(raw: string): ChatRequest {
  const body = parseJsonText(raw)
  if (!isObject(body)) {
    throw new GatewayError(
      'invalid_request',
      `The request body must be a JSON object, but ${describe(body)} was given.`,
    )
  }
  refuseDeepJson(raw)
  const model = requireNonEmptyString(body.model, 'model')
  const stream = optionalBoolean(body.stream, 'stream') ?? false
  const includeUsage = parseStreamOptions(body.stream_options, stream)
  refuseFunctions(body)

  const parsedMessages = requireMessages(body.messages).map(parseMessage)
  const messages = parsedMessages.map((parsed) => parsed.message)
  checkToolResults(messages)

  const tools = parseTools(body.tools)
  const toolChoice = parseToolChoice(body.tool_choice, tools)
  const parallelToolCalls = optionalBoolean(body.parallel_tool_calls, 'parallel_tool_calls')
  const responseFormat = parseResponseFormat(body.response_format)
  const reasoning = parseReasoning(body.reasoning_effort)
  const cap = parseMaxTokens(body)
  const temperature = optionalNumber(body.temperature, 'temperature', 0, 2)
  const topP = optionalNumber(body.top_p, 'top_p', 0, 1)
  const stop = parseStop(body.stop)
  const n = optionalInteger(body.n, 'n', 1, 128)
  const seed = optionalInteger(body.seed, 'seed', -Number.MAX_VALUE, Number.MAX_VALUE)
  const frequencyPenalty = optionalNumber(body.frequency_penalty, 'frequency_penalty', -2, 2)
  const presencePenalty = optionalNumber(body.presence_penalty, 'presence_penalty', -2, 2)
  const { logprobs, topLogprobs } = parseLogprobs(body)
  const user = parseUser(body)
  const metadata = parseMetadata(body.metadata)
  const serviceTier = optionalOneOf(body.service_tier, 'service_tier', SERVICE_TIERS)
  const hints = [...collectHints(body), ...(user === (body.user ?? user) ? [] : ['user'])]
  const messageExtras = parsedMessages.flatMap((parsed) => parsed.extras)

  return {
    dialect: 'openai',
    model,
    stream,
    includeUsage,
    messages,
    ...(tools !== undefined && { tools }),
    ...(toolChoice !== undefined && { toolChoice }),
    ...(parallelToolCalls !== undefined && { parallelToolCalls }),
    ...(responseFormat !== undefined && { responseFormat }),
    ...(reasoning !== undefined && { reasoning }),
    ...cap,
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(stop !== undefined && { stop }),
    ...(n !== undefined && { n }),
    ...(seed !== undefined && { seed }),
    ...(frequencyPenalty !== undefined && { frequencyPenalty }),
    ...(presencePenalty !== undefined && { presencePenalty }),
    ...(logprobs !== undefined && { logprobs }),
    ...(topLogprobs !== undefined && { topLogprobs }),
    ...(user !== undefined && { user }),
    ...(metadata !== undefined && { metadata }),
    ...(serviceTier !== undefined && { serviceTier }),
    extras: parseExtras(body, messageExtras),
    ...(hints.length > 0 && { hints }),
    raw,
  }
}

function requireMessages(value: unknown): readonly unknown[] {
  const messages = requireArray(value, 'messages')
  if (messages.length === 0) throw invalidRequest('messages', "'messages' must hold at least one message.")
  return messages
}

/** Returns `include_usage`; the other options only matter to a server of this dialect, which gets the raw text. */
function parseStreamOptions(value: unknown, stream: boolean): boolean {
  const options = optionalObject(value, 'stream_options')
  if (options === undefined) return false
  if (!stream) throw invalidRequest('stream_options', "'stream_options' is only allowed together with 'stream': true.")
  optionalBoolean(options.include_obfuscation, 'stream_options.include_obfuscation')
  return optionalBoolean(options.include_usage, 'stream_options.include_usage') ?? false
}

function refuseFunctions(body: JsonObject): void {
  for (const [field, successor] of [
    ['functions', 'tools'],
    ['function_call', 'tool_choice'],
  ] as const) {
    if (body[field] === undefined || body[field] === null) continue
    throw invalidRequest(field, `'${field}' is deprecated and not supported here; use '${successor}' instead.`)
  }
}

function parseReasoning(value: unknown): Reasoning | undefined {
  const effort = optionalOneOf(value, 'reasoning_effort', EFFORTS)
  return effort === undefined ? undefined : { effort, path: 'reasoning_effort' }
}

/** `max_tokens` is the deprecated name of `max_completion_tokens`, which wins when both are there. */
function parseMaxTokens(body: JsonObject): Pick<ChatRequest, 'maxTokens' | 'maxTokensField'> {
  const old = optionalInteger(body.max_tokens, 'max_tokens', 1, Number.MAX_SAFE_INTEGER)
  const field = 'max_completion_tokens'
  const current = optionalInteger(body[field], field, 1, Number.MAX_SAFE_INTEGER)
  if (current !== undefined) return { maxTokens: current, maxTokensField: field }
  return old === undefined ? {} : { maxTokens: old, maxTokensField: 'max_tokens' }
}

function parseStop(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) {
    throw invalidRequest('stop', `'stop' must be a string or an array of strings, but ${describe(value)} was given.`)
  }
  if (value.length > 4) throw invalidRequest('stop', "'stop' must hold at most 4 sequences.")
  const sequences = value.map((item, index) => requireString(item, `stop[${index}]`))
  return sequences.length === 0 ? undefined : sequences
}

function parseLogprobs(body: JsonObject): { logprobs: boolean | undefined; topLogprobs: number | undefined } {
  const logprobs = optionalBoolean(body.logprobs, 'logprobs')
  const topLogprobs = optionalInteger(body.top_logprobs, 'top_logprobs', 0, 20)
  if (topLogprobs !== undefined && logprobs !== true) {
    throw invalidRequest('top_logprobs', "'top_logprobs' is only allowed together with 'logprobs': true.")
  }
  return { logprobs, topLogprobs }
}

/** `safety_identifier` succeeds `user`; both name the end user. */
function parseUser(body: JsonObject): string | undefined {
  const user = optionalString(body.user, 'user')
  const identifier = optionalString(body.safety_identifier, 'safety_identifier')
  if (identifier !== undefined && identifier.length > 128) {
    throw invalidRequest('safety_identifier', "'safety_identifier' must be at most 128 characters long.")
  }
  return identifier ?? user
}

function parseMetadata(value: unknown): Readonly<Record<string, string>> | undefined {
  const metadata = optionalObject(value, 'metadata')
  if (metadata === undefined) return undefined
  const pairs = Object.entries(metadata).map(([key, item]): [string, string] => {
    const path = `metadata.${key.slice(0, 64)}`
    if (key.length > 64) throw invalidRequest('metadata', "A key of 'metadata' must be at most 64 characters long.")
    const text = requireString(item, path)
    if (text.length > 512) throw invalidRequest(path, `'${path}' must be at most 512 characters long.`)
    return [key, text]
  })
  if (pairs.length > 16) throw invalidRequest('metadata', "'metadata' must hold at most 16 pairs.")
  // fromEntries defines own properties, whatever their names: `__proto__` is a name like any other.
  return Object.fromEntries(pairs)
}
