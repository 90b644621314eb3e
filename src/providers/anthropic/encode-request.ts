import type { ChatRequest, ResponseFormat } from '../../core/chat-request.js'
import { unsupportedParameter } from '../../core/errors.js'
import { spliceTopLevel } from '../../core/json-splice.js'
import type { EncodeContext, WireRequest } from '../provider.js'
import { checkFields } from './check-fields.js'
import { createDroppedFields, type DroppedFields } from './dropped-fields.js'
import { type Conversation, encodeMessages } from './encode-messages.js'
import { encodeSampling } from './encode-sampling.js'
import { encodeTools } from './encode-tools.js'
import { type ModelFeatures, modelFeatures } from './model-features.js'
import { planThinking, type ThinkingPlan } from './plan-thinking.js'
import { sanitiseSchema } from './sanitise-schema.js'
import { type MessagesRequest, type TextBlock, writeRequest } from './wire-request.js'

const PATH = '/v1/messages'
/** Both versions differ only in what they refuse; the older one still takes sampling parameters. */
const VERSION_WITH_SAMPLING = '2023-06-01'
const VERSION = '2026-10-21'

/** Ours → a Messages request. A request of Anthropic's own dialect keeps its text but for the model and the stream flag. */
export function encodeRequest(request: ChatRequest, context: EncodeContext): WireRequest {
  return request.dialect === 'anthropic' ? passOn(request, context) : translate(request, context)
}

function passOn(request: ChatRequest, { model, stream }: EncodeContext): WireRequest {
  const changes = {
    model: JSON.stringify(model.upstreamName),
    ...((stream || request.stream) && { stream: String(stream) }),
  }
  return {
    path: PATH,
    headers: { 'anthropic-version': VERSION_WITH_SAMPLING },
    body: spliceTopLevel(request.raw, changes),
    dropped: [],
  }
}

function translate(request: ChatRequest, { model, stream }: EncodeContext): WireRequest {
  const features = modelFeatures(model.upstreamName)
  const dropped = createDroppedFields()
  checkFields(request, dropped)
  const conversation = encodeMessages(request.messages, { features, dropped })
  const plan = thinkingThatFits(request, conversation, {
    features,
    dropped,
    maxOutputTokens: model.maxOutputTokens ?? features.maxOutputTokens,
  })
  const thinks = plan.thinking?.type === 'enabled' || plan.thinking?.type === 'adaptive'
  const body: MessagesRequest = {
    model: model.upstreamName,
    max_tokens: plan.maxTokens,
    ...encodeSystem(conversation.system, request.responseFormat),
    messages: conversation.messages,
    ...encodeTools(request, {
      features,
      dropped,
      calledTools: conversation.calledTools,
      thinkingBudget: plan.thinking?.type === 'enabled',
    }),
    ...(plan.thinking !== undefined && { thinking: plan.thinking }),
    ...encodeOutputConfig(request.responseFormat, plan, features),
    ...encodeStop(request.stop, dropped),
    ...encodeSampling(request, features.sampling && !thinks, dropped),
    ...encodeUser(request.user, dropped),
    ...encodeServiceTier(request.serviceTier, dropped),
    ...(request.cacheControl !== undefined && { cache_control: request.cacheControl }),
    ...(stream && { stream }),
  }
  return {
    path: PATH,
    headers: { 'anthropic-version': features.sampling ? VERSION_WITH_SAMPLING : VERSION },
    body: writeRequest(body),
    dropped: dropped.list(),
  }
}

interface PlanContext {
  readonly features: ModelFeatures
  readonly dropped: DroppedFields
  readonly maxOutputTokens: number
}

/**
 * With a thinking budget, Anthropic wants the thinking that led to the tool calls whose results it gets. A client that
 * lost it can only be answered without thinking.
 */
function thinkingThatFits(request: ChatRequest, { messages }: Conversation, context: PlanContext): ThinkingPlan {
  const { features, dropped, maxOutputTokens } = context
  const plan = planThinking(request, features, maxOutputTokens)
  if (plan.thinking?.type !== 'enabled' || !endsInResultsWithoutThinking(messages)) return plan
  const { reasoning, ...withoutReasoning } = request
  dropped.add(reasoning?.path ?? 'reasoning_effort')
  return planThinking(withoutReasoning, features, maxOutputTokens)
}

function endsInResultsWithoutThinking(messages: Conversation['messages']): boolean {
  const results = messages.at(-1)?.content.some((block) => block.type === 'tool_result') ?? false
  const first = messages.at(-2)?.content[0]?.type
  return results && first !== 'thinking' && first !== 'redacted_thinking'
}

/** Anthropic has no mode for JSON without a schema. Last, so that a cached prefix of the instructions stays one. */
const JSON_INSTRUCTION: TextBlock = {
  type: 'text',
  text: 'Answer with a single valid JSON object and nothing else: no code fence, no text before or after it.',
}

function encodeSystem(
  system: readonly TextBlock[],
  format: ResponseFormat | undefined,
): Pick<MessagesRequest, 'system'> {
  const blocks = format?.type === 'json-object' ? [...system, JSON_INSTRUCTION] : system
  return blocks.length === 0 ? {} : { system: blocks }
}

function encodeOutputConfig(
  format: ResponseFormat | undefined,
  { effort }: ThinkingPlan,
  features: ModelFeatures,
): Pick<MessagesRequest, 'output_config'> {
  if (format?.type !== 'json-schema') return effort === undefined ? {} : { output_config: { effort } }
  if (!features.structuredOutputs) {
    throw unsupportedParameter('response_format', "This model cannot be held to a JSON schema; use 'json_object'.")
  }
  const schema = sanitiseSchema(format.schema, format.path)
  return { output_config: { ...(effort !== undefined && { effort }), format: { type: 'json_schema', schema } } }
}

/** Anthropic takes no stop sequence of white space alone. */
function encodeStop(
  stop: readonly string[] | undefined,
  dropped: DroppedFields,
): Pick<MessagesRequest, 'stop_sequences'> {
  const sequences = stop?.filter((sequence) => sequence.trim() !== '') ?? []
  if (stop !== undefined && sequences.length < stop.length) dropped.add('stop')
  return sequences.length === 0 ? {} : { stop_sequences: sequences }
}

const MAX_USER_ID = 256

/** Anthropic wants an opaque id; an e-mail address names a person. */
function encodeUser(user: string | undefined, dropped: DroppedFields): Pick<MessagesRequest, 'metadata'> {
  if (user === undefined || user === '') return {}
  if (!/\S@\S/.test(user) && user.length <= MAX_USER_ID) return { metadata: { user_id: user } }
  dropped.add('user')
  return {}
}

function encodeServiceTier(tier: string | undefined, dropped: DroppedFields): Pick<MessagesRequest, 'service_tier'> {
  switch (tier) {
    case undefined:
      return {}
    case 'auto':
    case 'priority':
    case 'fast':
      return { service_tier: 'auto' }
    case 'default':
      return { service_tier: 'standard_only' }
    default:
      dropped.add('service_tier')
      return {}
  }
}
