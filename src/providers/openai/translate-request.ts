import type { ChatRequest, ResponseFormat, Tool, ToolChoice } from '../../core/chat-request.js'
import { unsupportedParameter } from '../../core/errors.js'
import type { EncodeContext } from '../provider.js'
import { chooseEffort, nearestEffort } from './effort.js'
import { encodeMessages } from './encode-message.js'
import { type ModelFamily, parseModelFamily } from './model-family.js'
import { fitsStrictMode } from './strict-schema.js'

export interface TranslatedRequest {
  readonly body: string
  readonly dropped: readonly string[]
}

/** OpenAI refuses a longer id of the end user. */
const MAX_USER_LENGTH = 64

/** A request of another dialect as a chat completion, written from scratch. */
export function translateRequest(request: ChatRequest, context: EncodeContext): TranslatedRequest {
  refusePrefill(request)
  const family = parseModelFamily(context.model.upstreamName)
  const dropped = new Set<string>(request.hints ?? [])
  judgeExtras(request, dropped)
  const { tools } = request
  const thinks = encodeEffort(request, family, context, dropped)
  const body = {
    model: context.model.upstreamName,
    messages: encodeMessages(request, { reasons: family?.reasons ?? false, dropped }),
    ...(tools !== undefined && { tools: tools.map(encodeTool) }),
    ...(tools !== undefined &&
      request.toolChoice !== undefined && { tool_choice: encodeToolChoice(request.toolChoice) }),
    ...(tools !== undefined &&
      request.parallelToolCalls !== undefined && { parallel_tool_calls: request.parallelToolCalls }),
    ...(request.responseFormat !== undefined && {
      response_format: encodeResponseFormat(request.responseFormat, dropped),
    }),
    ...thinks,
    ...encodeTokenCap(request, family),
    ...encodeSampling(request, family, thinks, dropped),
    ...(request.stop !== undefined && { stop: request.stop }),
    ...encodeUser(request, dropped),
    ...encodeServiceTier(request, family, dropped),
    stream: context.stream,
    ...(context.stream && { stream_options: { include_usage: true } }),
  }
  if (request.topK !== undefined) dropped.add('top_k')
  if (hasCacheMarkers(request)) dropped.add('cache_control')
  return { body: JSON.stringify(body), dropped: [...dropped] }
}

/** Fields that only tune how Anthropic works, and leave the answer what it is. */
const DROPPABLE: ReadonlySet<string> = new Set(['speed', 'diagnostics', 'context_management', 'betas'])

function judgeExtras(request: ChatRequest, dropped: Set<string>): void {
  for (const path of Object.keys(request.extras)) {
    if (!DROPPABLE.has(path)) {
      throw unsupportedParameter(path, `'${path}' has no counterpart at an OpenAI-compatible provider.`)
    }
    dropped.add(path)
  }
}

/** Chat completions begin a new answer after an assistant message; they do not continue it. */
function refusePrefill(request: ChatRequest): void {
  const last = request.messages.at(-1)
  if (last?.role !== 'assistant') return
  throw unsupportedParameter(last.path, `'${last.path}': an OpenAI-compatible provider cannot continue a begun answer.`)
}

function encodeTool(tool: Tool): object {
  if (tool.kind !== 'function') {
    throw unsupportedParameter(tool.path, `'${tool.path}' is a tool that runs at another provider.`)
  }
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description !== undefined && { description: tool.description }),
      ...(tool.parameters !== undefined && { parameters: tool.parameters }),
      ...(tool.strict !== undefined && { strict: tool.strict }),
    },
  }
}

function encodeToolChoice(choice: ToolChoice): unknown {
  switch (choice.mode) {
    case 'named':
      return namedTool(choice.name)
    case 'allowed':
      return {
        type: 'allowed_tools',
        allowed_tools: { mode: choice.required ? 'required' : 'auto', tools: choice.names.map(namedTool) },
      }
    default:
      return choice.mode
  }
}

function namedTool(name: string): object {
  return { type: 'function', function: { name } }
}

function encodeResponseFormat(format: ResponseFormat, dropped: Set<string>): object {
  switch (format.type) {
    case 'text':
      return { type: 'text' }
    case 'json-object':
      return { type: 'json_object' }
    case 'json-schema': {
      const { name, description, schema } = format
      // Without strict mode the schema is still followed, only not enforced to the letter.
      const strict = format.strict === true && !fitsStrictMode(schema) ? undefined : format.strict
      if (strict !== format.strict) dropped.add(`${format.path.replace(/\.schema$/, '')}.strict`)
      return {
        type: 'json_schema',
        json_schema: {
          name,
          ...(description !== undefined && { description }),
          schema,
          ...(strict !== undefined && { strict }),
        },
      }
    }
  }
}

interface WireEffort {
  readonly reasoning_effort?: string
}

function encodeEffort(
  request: ChatRequest,
  family: ModelFamily | undefined,
  context: EncodeContext,
  dropped: Set<string>,
): WireEffort {
  if (request.reasoning === undefined) return {}
  const wanted = chooseEffort(request.reasoning)
  if (wanted === undefined) return {}
  if (family !== undefined) {
    const level = nearestEffort(wanted, family)
    if (level !== undefined) return { reasoning_effort: level }
  } else if (wanted !== 'none' && context.model.capabilities?.includes('reasoning') !== false) {
    return { reasoning_effort: wanted }
  }
  // A model that does not reason does as it was told when it was told not to.
  if (wanted !== 'none') dropped.add(request.reasoning.path)
  return {}
}

function encodeTokenCap(request: ChatRequest, family: ModelFamily | undefined): object {
  if (request.maxTokens === undefined) return {}
  return family?.reasons ? { max_completion_tokens: request.maxTokens } : { max_tokens: request.maxTokens }
}

/** OpenAI's reasoning models take only the defaults, unless they are told not to reason. */
function encodeSampling(
  request: ChatRequest,
  family: ModelFamily | undefined,
  thinks: WireEffort,
  dropped: Set<string>,
): object {
  const { temperature, topP } = request
  if (family?.reasons && thinks.reasoning_effort !== 'none') {
    if (temperature !== undefined && temperature !== 1) dropped.add('temperature')
    if (topP !== undefined && topP !== 1) dropped.add('top_p')
    return {}
  }
  return { ...(temperature !== undefined && { temperature }), ...(topP !== undefined && { top_p: topP }) }
}

function encodeUser(request: ChatRequest, dropped: Set<string>): object {
  if (request.user === undefined) return {}
  if (request.user.length <= MAX_USER_LENGTH) return { user: request.user }
  dropped.add('metadata.user_id')
  return {}
}

/** Only OpenAI's own models are known to have tiers; `auto` is the default. */
function encodeServiceTier(request: ChatRequest, family: ModelFamily | undefined, dropped: Set<string>): object {
  const tier = request.serviceTier
  if (tier === undefined || tier === 'auto') return {}
  if (family !== undefined && tier === 'default') return { service_tier: tier }
  dropped.add('service_tier')
  return {}
}

/** Marks for Anthropic's prompt cache. OpenAI's needs none and finds repeated beginnings by itself. */
function hasCacheMarkers(request: ChatRequest): boolean {
  return (
    request.cacheControl !== undefined ||
    request.tools?.some((tool) => tool.cacheControl !== undefined) === true ||
    request.messages.some(
      (message) =>
        (message.role === 'tool' && message.cacheControl !== undefined) ||
        message.parts.some((part) => 'cacheControl' in part),
    )
  )
}
