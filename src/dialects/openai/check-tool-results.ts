import { invalidRequest } from '../../core/errors.js'
import type { Message, ToolMessage } from '../../core/message.js'

/** Calls of the closest assistant message that wait for their results: id → paths of the calls that bear it. */
type OpenCalls = Map<string, string[]>

/**
 * Each tool message must answer a call of the closest assistant message before it, and all calls must be answered
 * before another message follows and before the conversation ends.
 */
export function checkToolResults(messages: readonly Message[]): void {
  let open: OpenCalls = new Map()
  for (const message of messages) {
    if (message.role === 'tool') {
      answer(open, message)
      continue
    }
    refuseUnanswered(open)
    open = new Map()
    if (message.role !== 'assistant') continue
    for (const part of message.parts) {
      if (part.type !== 'tool-call') continue
      const paths = open.get(part.id)
      if (paths === undefined) open.set(part.id, [part.path])
      else paths.push(part.path)
    }
  }
  refuseUnanswered(open)
}

function answer(open: OpenCalls, message: ToolMessage): void {
  // Some servers give all their calls one id: as many results may bear it.
  const paths = open.get(message.toolCallId)
  const path = `${message.path}.tool_call_id`
  if (paths === undefined) {
    throw invalidRequest(path, `'${path}' answers no open tool call of the assistant message before it.`)
  }
  paths.shift()
  if (paths.length === 0) open.delete(message.toolCallId)
}

function refuseUnanswered(open: OpenCalls): void {
  for (const [path] of open.values()) {
    const field = path ?? 'messages'
    throw invalidRequest(field, `'${field}' has no answer: a tool message with its id must follow.`)
  }
}
