import type { ChatRequest } from '../../core/chat-request.js'
import {
  isObject,
  type JsonObject,
  optionalArray,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalObject,
  optionalString,
  requireNonEmptyString,
  requireString,
} from '../../core/decode.js'
import { GatewayError, invalidRequest } from '../../core/errors.js'
import { refuseDeepJson } from '../../core/json-depth.js'
import { parseJsonText } from '../../core/json-text.js'
import type { SystemMessage } from '../../core/message.js'
import { contentOf } from './content.js'
import { createLeftovers, type Leftovers } from './leftovers.js'
import { parseMessages, parseSystem } from './parse-messages.js'
import { parseReasoning } from './parse-reasoning.js'
import { parseResponseFormat } from './parse-response-format.js'
import { parseToolChoice, parseTools } from './parse-tools.js'
import { createRawInputs } from './raw-inputs.js'
import { unmarkRaw } from './unmark-raw.js'

const FIELDS = new Set([
  'model',
  'max_tokens',
  'messages',
  'system',
  'stop_sequences',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'service_tier',
  'cache_control',
])

/**
 * JSON text of `POST /v1/messages` → ours. Never stricter than Anthropic itself: what we do not know is kept, so that
 * a request for Anthropic passes and others can refuse it by name.
 * @throws GatewayError 400 with the path of what is wrong
 */
export function parseRequest(raw: string): ChatRequest {
  const body = parseBody(raw)
  const maxTokens = parseMaxTokens(body)
  if (maxTokens === undefined) throw invalidRequest('max_tokens', "'max_tokens' is required.")
  return { ...parseFields(body, raw), maxTokens, maxTokensField: 'max_tokens' }
}

/** The same for `POST /v1/messages/count_tokens`, which asks for no answer and so needs no `max_tokens`. */
export function parseCountTokensRequest(raw: string): ChatRequest {
  const body = parseBody(raw)
  const maxTokens = parseMaxTokens(body)
  return { ...parseFields(body, raw), ...(maxTokens !== undefined && { maxTokens, maxTokensField: 'max_tokens' }) }
}

function parseBody(raw: string): JsonObject {
  const body = parseJsonText(raw)
  if (!isObject(body)) throw new GatewayError('invalid_request', 'The request body must be a JSON object.')
  refuseDeepJson(raw)
  return body
}

/** 0 only fills the prompt cache. */
function parseMaxTokens(body: JsonObject): number | undefined {
  return optionalInteger(body.max_tokens, 'max_tokens', 0, Number.MAX_SAFE_INTEGER)
}

function parseFields(body: JsonObject, raw: string): ChatRequest {
  const left = createLeftovers()
  const system = parseSystemField(body.system, left)
  const { messages, marks } = parseMessages(body.messages, left, createRawInputs(raw))
  const tools = parseTools(body.tools, left)
  const outputConfig = optionalObject(body.output_config, 'output_config')
  const responseFormat = parseResponseFormat(body, outputConfig, left)
  const reasoning = parseReasoning(optionalObject(body.thinking, 'thinking'), outputConfig, left)
  const stop = optionalArray(body.stop_sequences, 'stop_sequences')?.map((item, index) =>
    requireString(item, `stop_sequences[${index}]`),
  )
  const temperature = optionalNumber(body.temperature, 'temperature', 0, 1)
  const topP = optionalNumber(body.top_p, 'top_p', 0, 1)
  const topK = optionalInteger(body.top_k, 'top_k', 0, Number.MAX_SAFE_INTEGER)
  const user = parseUserId(body.metadata, left)
  const serviceTier = parseServiceTier(body.service_tier)
  const cacheControl = optionalObject(body.cache_control, 'cache_control')
  keepUnknown(body, FIELDS, '', left)
  keepUnknown(outputConfig ?? {}, OUTPUT_CONFIG_FIELDS, 'output_config.', left)

  return {
    dialect: 'anthropic',
    model: requireNonEmptyString(body.model, 'model'),
    stream: optionalBoolean(body.stream, 'stream') ?? false,
    includeUsage: true,
    messages: [...system, ...messages],
    ...(tools !== undefined && { tools }),
    ...parseToolChoice(body.tool_choice, tools, left),
    ...(responseFormat !== undefined && { responseFormat }),
    ...(reasoning !== undefined && { reasoning }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
    ...(stop !== undefined && stop.length > 0 && { stop }),
    ...(user !== undefined && { user }),
    ...(serviceTier !== undefined && { serviceTier }),
    ...(cacheControl !== undefined && { cacheControl }),
    // fromEntries defines members, where an assignment to '__proto__' would not.
    extras: Object.fromEntries(left.extras),
    ...(left.hints.length > 0 && { hints: left.hints }),
    raw: unmarkRaw(raw, marks),
  }
}

function parseSystemField(value: unknown, left: Leftovers): readonly SystemMessage[] {
  return value === undefined || value === null ? [] : parseSystem(contentOf(value, 'system'), 'system', left)
}

const OUTPUT_CONFIG_FIELDS = new Set(['effort', 'format'])
const METADATA_FIELDS = new Set(['user_id'])

function parseUserId(value: unknown, left: Leftovers): string | undefined {
  const metadata = optionalObject(value, 'metadata')
  if (metadata === undefined) return undefined
  left.hintUnknown(metadata, METADATA_FIELDS, 'metadata')
  return optionalString(metadata.user_id, 'metadata.user_id')
}

/** In the words of our terms, which are those of OpenAI: `standard_only` is its `default`. */
function parseServiceTier(value: unknown): string | undefined {
  const tier = optionalString(value, 'service_tier')
  return tier === 'standard_only' ? 'default' : tier
}

function keepUnknown(object: JsonObject, known: ReadonlySet<string>, prefix: string, left: Leftovers): void {
  for (const [key, value] of Object.entries(object)) {
    if (value !== null && !known.has(key)) left.keep(`${prefix}${key}`, value)
  }
}
