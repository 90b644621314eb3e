import {
  type JsonObject,
  optionalBoolean,
  optionalObject,
  requireArray,
  requireNonEmptyString,
  requireObject,
  requireOneOf,
  requireString,
} from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'
import type { AssistantPart, Message, SystemMessage, TextPart, ToolMessage, UserPart } from '../../core/message.js'
import { contentOf } from './content.js'
import { readSeal } from './foreign-seal.js'
import type { Leftovers } from './leftovers.js'
import { cacheMarker, contentBlocks, parseBlock, parseTextBlock, text } from './parse-blocks.js'
import type { RawInputs } from './raw-inputs.js'
import { createToolPairing, type ToolPairing } from './tool-pairing.js'
import type { Mark } from './unmark-raw.js'

const ROLES = ['user', 'assistant', 'system'] as const
const MAX_MESSAGES = 100_000

const MESSAGE_FIELDS = new Set(['role', 'content'])
const TOOL_RESULT_FIELDS = new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control'])
const TOOL_USE_FIELDS = new Set(['type', 'id', 'name', 'input', 'cache_control', 'caller', 'extra_content'])
const THINKING_FIELDS = new Set(['type', 'thinking', 'signature'])

interface Parsing {
  readonly left: Leftovers
  readonly inputs: RawInputs
  readonly pairing: ToolPairing
  readonly marks: Mark[]
}

export interface ParsedMessages {
  readonly messages: readonly Message[]
  /** What in them is our own and means nothing to Anthropic. */
  readonly marks: readonly Mark[]
}

export function parseMessages(value: unknown, left: Leftovers, inputs: RawInputs): ParsedMessages {
  const list = requireArray(value, 'messages')
  if (list.length === 0) throw invalidRequest('messages', "'messages' must hold at least one message.")
  if (list.length > MAX_MESSAGES) {
    throw invalidRequest('messages', `'messages' must hold at most ${MAX_MESSAGES} messages.`)
  }
  const parsing: Parsing = { left, inputs, pairing: createToolPairing(), marks: [] }
  const messages = list.flatMap((item, index) => parseMessage(item, index, parsing))
  parsing.pairing.end()
  return { messages, marks: parsing.marks }
}

function parseMessage(value: unknown, index: number, parsing: Parsing): readonly Message[] {
  const path = `messages[${index}]`
  const message = requireObject(value, path)
  parsing.left.hintUnknown(message, MESSAGE_FIELDS, path)
  const role = requireOneOf(message.role, `${path}.role`, ROLES)
  const content = contentOf(message.content, `${path}.content`)
  switch (role) {
    case 'user':
      parsing.pairing.turn(role)
      return parseUser(content, path, parsing)
    case 'assistant':
      parsing.pairing.turn(role)
      return [{ role, parts: parseAssistant(content, index, parsing), path }]
    case 'system':
      return parseSystem(content, path, parsing.left, `${path}.content`)
  }
}

/** The top-level `system` field and messages of that role. */
export function parseSystem(
  content: string | readonly unknown[],
  path: string,
  left: Leftovers,
  contentPath = path,
): readonly SystemMessage[] {
  const parts = typeof content === 'string' ? [text(content, contentPath)] : systemBlocks(content, contentPath, left)
  return parts.length === 0 || content === '' ? [] : [{ role: 'system', parts, path }]
}

function systemBlocks(blocks: readonly unknown[], path: string, left: Leftovers): readonly TextPart[] {
  return blocks.flatMap((item, index) => {
    const at = `${path}[${index}]`
    const block = requireObject(item, at)
    if (requireString(block.type, `${at}.type`) === 'text') return [parseTextBlock(block, at, left)]
    left.keep(at, block)
    return []
  })
}

/** Each tool result is a message of its own in our terms; what stands around them stays in its place. */
function parseUser(content: string | readonly unknown[], path: string, parsing: Parsing): readonly Message[] {
  if (typeof content === 'string') return [{ role: 'user', parts: [text(content, `${path}.content`)], path }]
  if (content.length === 0) throw invalidRequest(`${path}.content`, `'${path}.content' must not be empty.`)

  const messages: Message[] = []
  let parts: UserPart[] = []
  for (const [index, item] of content.entries()) {
    const at = `${path}.content[${index}]`
    const block = requireObject(item, at)
    switch (block.type) {
      case 'tool_result':
        if (parts.length > 0) messages.push({ role: 'user', parts, path })
        parts = []
        messages.push(parseToolResult(block, at, parsing))
        break
      case 'tool_use':
      case 'thinking':
      case 'redacted_thinking':
        throw misplaced(at, block.type, 'assistant')
      default:
        for (const part of parseBlock(block, at, parsing.left)) parts.push(part)
    }
  }
  if (parts.length > 0) messages.push({ role: 'user', parts, path })
  return messages
}

function parseToolResult(block: JsonObject, path: string, { left, pairing }: Parsing): ToolMessage {
  left.hintUnknown(block, TOOL_RESULT_FIELDS, path)
  const toolCallId = requireNonEmptyString(block.tool_use_id, `${path}.tool_use_id`)
  pairing.result(toolCallId, path)
  const isEmpty = block.content === undefined || block.content === null
  return {
    role: 'tool',
    toolCallId,
    parts: isEmpty ? [] : contentBlocks(block.content, `${path}.content`, left),
    isError: optionalBoolean(block.is_error, `${path}.is_error`) ?? false,
    path,
    ...cacheMarker(block, path),
  }
}

function parseAssistant(
  content: string | readonly unknown[],
  message: number,
  parsing: Parsing,
): readonly AssistantPart[] {
  const path = `messages[${message}].content`
  if (typeof content === 'string') return content === '' ? [] : [text(content, path)]
  return content.flatMap((item, index) => {
    const at = `${path}[${index}]`
    const block = requireObject(item, at)
    const parts = parseAssistantBlock(block, at, () => parsing.inputs(message, index), parsing)
    for (const part of parts) {
      const what = markOf(part)
      if (what !== undefined) parsing.marks.push({ message, block: index, what })
    }
    return parts
  })
}

function markOf(part: AssistantPart): Mark['what'] | undefined {
  switch (part.type) {
    case 'reasoning':
    case 'redacted-reasoning':
      return part.origin === 'anthropic' ? undefined : 'block'
    case 'tool-call':
      return part.signature === undefined ? undefined : 'extra_content'
    default:
      return undefined
  }
}

function parseAssistantBlock(
  block: JsonObject,
  path: string,
  readInput: () => string,
  { left, pairing }: Parsing,
): readonly AssistantPart[] {
  switch (requireString(block.type, `${path}.type`)) {
    case 'text':
      return [parseTextBlock(block, path, left)]
    case 'tool_use': {
      const call = parseToolUse(block, path, readInput, left)
      pairing.call(call.id, path)
      return [call]
    }
    case 'thinking':
      return [parseThinking(block, path, left)]
    case 'redacted_thinking': {
      const { origin, seal } = readSeal(requireString(block.data, `${path}.data`))
      return [{ type: 'redacted-reasoning', data: seal, origin, path }]
    }
    case 'tool_result':
      throw misplaced(path, 'tool_result', 'user')
    default:
      // Server-side tools and whatever comes next year. Their calls may be answered by ordinary results.
      if (typeof block.id === 'string') pairing.foreignCall(block.id)
      left.keep(path, block)
      return []
  }
}

function parseToolUse(block: JsonObject, path: string, readInput: () => string, left: Leftovers) {
  left.hintUnknown(block, TOOL_USE_FIELDS, path)
  const caller = optionalObject(block.caller, `${path}.caller`)
  if (caller !== undefined && caller.type !== 'direct') left.hint(`${path}.caller`)
  requireObject(block.input, `${path}.input`)
  const signature = parseThoughtSignature(block, path)
  return {
    type: 'tool-call' as const,
    id: requireNonEmptyString(block.id, `${path}.id`),
    name: requireNonEmptyString(block.name, `${path}.name`),
    arguments: readInput(),
    path,
    ...(signature !== undefined && { signature }),
    ...cacheMarker(block, path),
  }
}

/** Our own addition to the block, in the place where Google's OpenAI layer has it too: it must come back to Gemini. */
function parseThoughtSignature(block: JsonObject, path: string): string | undefined {
  const extra = optionalObject(block.extra_content, `${path}.extra_content`)
  const google = optionalObject(extra?.google, `${path}.extra_content.google`)
  const signature = google?.thought_signature
  return signature === undefined || signature === null
    ? undefined
    : requireString(signature, `${path}.extra_content.google.thought_signature`)
}

function parseThinking(block: JsonObject, path: string, left: Leftovers): AssistantPart {
  left.hintUnknown(block, THINKING_FIELDS, path)
  const thinking = requireString(block.thinking, `${path}.thinking`)
  const signature = block.signature ?? ''
  const { origin, seal } = readSeal(requireString(signature, `${path}.signature`))
  return { type: 'reasoning', text: thinking, ...(seal !== '' && { signature: seal }), origin, path }
}

function misplaced(path: string, type: string, role: string) {
  return invalidRequest(`${path}.type`, `'${path}' is a '${type}' block, which only ${role} messages may hold.`)
}
