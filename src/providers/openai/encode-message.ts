import { assertNever } from '../../core/assert-never.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { AssistantMessage, Message, TextPart, ToolMessage, UserPart } from '../../core/message.js'
import { encodeContent, encodePart } from './encode-part.js'

export interface MessageOptions {
  /** The model reasons: it calls the system role `developer`. */
  readonly reasons: boolean
  /** Takes the names of what has to be left out. */
  readonly dropped: Set<string>
}

/** Our conversation as chat completion messages. */
export function encodeMessages(request: ChatRequest, options: MessageOptions): readonly object[] {
  const encoded: object[] = []
  let attachments: object[] = []
  for (const message of request.messages) {
    // What tool messages cannot hold follows behind the last result, since nothing may stand between results.
    if (message.role !== 'tool' && attachments.length > 0) {
      encoded.push({ role: 'user', content: attachments })
      attachments = []
    }
    encoded.push(encodeMessage(message, options))
    if (message.role === 'tool') for (const part of encodeAttachments(message)) attachments.push(part)
  }
  if (attachments.length > 0) encoded.push({ role: 'user', content: attachments })
  return encoded
}

function encodeMessage(message: Message, options: MessageOptions): object {
  switch (message.role) {
    case 'system':
      return { role: options.reasons ? 'developer' : 'system', content: encodeContent(message.parts) }
    case 'user':
      return { role: 'user', content: encodeContent(message.parts) }
    case 'assistant':
      return encodeAssistant(message)
    case 'tool':
      return encodeToolResult(message, options)
    default:
      return assertNever(message)
  }
}

/** Thinking is left out: its seals are only good where they were made. */
function encodeAssistant(message: AssistantMessage): object {
  let text = ''
  let refusal: string | undefined
  const calls: object[] = []
  for (const part of message.parts) {
    switch (part.type) {
      case 'text':
        text += part.text
        break
      case 'refusal':
        refusal = (refusal ?? '') + part.text
        break
      case 'tool-call': {
        const called = { name: part.name, arguments: part.arguments === '' ? '{}' : part.arguments }
        calls.push({ id: part.id, type: 'function', function: called })
        break
      }
      case 'reasoning':
      case 'redacted-reasoning':
        break
      default:
        assertNever(part)
    }
  }
  return {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== undefined) ? null : text,
    ...(refusal !== undefined && { refusal }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

function isText(part: { readonly type: string }): part is TextPart {
  return part.type === 'text'
}

function encodeToolResult(message: ToolMessage, options: MessageOptions): object {
  if (message.isError) options.dropped.add('is_error')
  return { role: 'tool', tool_call_id: message.toolCallId, content: encodeContent(message.parts.filter(isText)) }
}

/** Images and documents of a tool result, with a word on whose they are. */
function encodeAttachments(message: ToolMessage): readonly object[] {
  const attached: readonly UserPart[] = message.parts.filter((part) => !isText(part))
  if (attached.length === 0) return []
  return [{ type: 'text', text: `Returned by tool call ${message.toolCallId}:` }, ...attached.map(encodePart)]
}
