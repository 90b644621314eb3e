import { isObject } from '../../core/decode.js'
import { invalidRequest, unsupportedParameter } from '../../core/errors.js'
import { tryParseJson } from '../../core/json-text.js'
import type { AssistantMessage, AssistantPart, Message, ToolCallPart, ToolMessage } from '../../core/message.js'
import type { DroppedFields } from './dropped-fields.js'
import { cacheMarker, encodeContent, encodeText } from './encode-content.js'
import type { ModelFeatures } from './model-features.js'
import { createToolPairing } from './tool-pairing.js'
import type { TextBlock, ToolResultBlock, ToolUseBlock, WireBlock, WireMessage } from './wire-request.js'

export interface Conversation {
  /** All instructions in order, wherever they stood. */
  readonly system: readonly TextBlock[]
  readonly messages: readonly WireMessage[]
  /** Names of the tools that were called, in order of their first call. */
  readonly calledTools: readonly string[]
}

/**
 * Messages → what Anthropic wants: instructions apart, neighbours of one role merged, and all results of a turn in one
 * user message, right behind their calls and before any text.
 * @throws GatewayError 400 with the path of a call without result, a result without call, or content that cannot be sent
 */
export function encodeMessages(
  messages: readonly Message[],
  { features, dropped }: { readonly features: ModelFeatures; readonly dropped: DroppedFields },
): Conversation {
  const system: TextBlock[] = []
  const turns: { readonly role: 'user' | 'assistant'; readonly content: WireBlock[] }[] = []
  const calledTools = new Set<string>()
  const pairing = createToolPairing()

  function append(role: 'user' | 'assistant', blocks: readonly WireBlock[]): void {
    if (blocks.length === 0) return
    const last = turns.at(-1)
    if (last?.role !== role) turns.push({ role, content: [...blocks] })
    else for (const block of blocks) last.content.push(block)
  }

  function appendResult(message: ToolMessage): void {
    const wireId = pairing.answer(message.toolCallId, `${message.path}.tool_call_id`)
    append('user', [encodeResult(message, wireId, dropped)])
  }

  function appendAnswer(message: AssistantMessage): void {
    const blocks = message.parts.flatMap((part): readonly WireBlock[] => {
      if (part.type !== 'tool-call') return encodeAnswerPart(part, features)
      calledTools.add(part.name)
      return [encodeCall(part, pairing.call(part.id, part.path))]
    })
    // A turn must not end in thinking, so one that holds nothing else is left out.
    if (blocks.some((block) => block.type === 'text' || block.type === 'tool_use')) append('assistant', blocks)
  }

  for (const message of messages) {
    if (message.role !== 'tool' && message.name !== undefined) dropped.add('name')
    switch (message.role) {
      case 'system':
        for (const block of message.parts.flatMap(encodeText)) system.push(block)
        break
      case 'user':
        pairing.refuseUnanswered()
        append('user', encodeContent(message.parts, dropped))
        break
      case 'assistant':
        pairing.refuseUnanswered()
        appendAnswer(message)
        break
      case 'tool':
        appendResult(message)
        break
    }
  }
  pairing.refuseUnanswered()

  if (!turns.some((turn) => turn.role === 'user')) {
    throw invalidRequest('messages', "'messages' must hold at least one user message that is not empty.")
  }
  return { system, messages: checkPrefill(turns, messages, features), calledTools: [...calledTools] }
}

function encodeResult(message: ToolMessage, wireId: string, dropped: DroppedFields): ToolResultBlock {
  return {
    type: 'tool_result',
    tool_use_id: wireId,
    ...resultContent(message, dropped),
    ...(message.isError && { is_error: true as const }),
    ...cacheMarker(message.cacheControl),
  }
}

function resultContent({ parts }: ToolMessage, dropped: DroppedFields): Pick<ToolResultBlock, 'content'> {
  const [only] = parts
  if (parts.length === 1 && only?.type === 'text' && only.cacheControl === undefined) {
    return only.text === '' ? {} : { content: only.text }
  }
  const content = encodeContent(parts, dropped)
  return content.length === 0 ? {} : { content }
}

function encodeAnswerPart(part: Exclude<AssistantPart, ToolCallPart>, features: ModelFeatures): readonly WireBlock[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return encodeText(part)
    case 'reasoning': {
      const { origin, text, signature } = part
      if (origin !== 'anthropic' || signature === undefined || features.thinking.kind === 'none') return []
      return [{ type: 'thinking', thinking: text, signature }]
    }
    case 'redacted-reasoning':
      if (part.origin !== 'anthropic' || features.thinking.kind === 'none') return []
      return [{ type: 'redacted_thinking', data: part.data }]
  }
}

function encodeCall(part: ToolCallPart, wireId: string): ToolUseBlock {
  return {
    type: 'tool_use',
    id: wireId,
    name: part.name,
    inputText: inputText(part),
    ...cacheMarker(part.cacheControl),
  }
}

/** The arguments as the client wrote them, once they are known to be a JSON object. */
function inputText(part: ToolCallPart): string {
  const text = part.arguments.trim()
  if (text === '') return '{}'
  const path = `${part.path}.function.arguments`
  const value = tryParseJson(text)
  if (isObject(value)) return text
  if (value === undefined) throw invalidRequest(path, `'${path}' must be valid JSON.`)
  throw invalidRequest(path, `'${path}' must be the JSON text of an object.`)
}

/** An answer that the model shall go on with. */
function checkPrefill(
  turns: readonly WireMessage[],
  messages: readonly Message[],
  features: ModelFeatures,
): readonly WireMessage[] {
  const last = turns.at(-1)
  if (last?.role !== 'assistant') return turns
  if (!features.prefill) {
    const path = messages.findLast((message) => message.role === 'assistant')?.path ?? 'messages'
    throw unsupportedParameter(path, `'${path}' is the last message, but this model cannot continue an answer.`)
  }
  const text = last.content.at(-1)
  if (text?.type !== 'text') return turns
  // Anthropic refuses a beginning that ends in white space.
  return [
    ...turns.slice(0, -1),
    { ...last, content: [...last.content.slice(0, -1), { ...text, text: text.text.trimEnd() }] },
  ]
}
