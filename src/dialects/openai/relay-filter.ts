import type { ChatRequest } from '../../core/chat-request.js'
import { isObject } from '../../core/decode.js'
import type { SseMessage } from '../../sse/sse-message.js'

// Inside a JSON string the quotes would be escaped, so that this only matches a member.
const NO_CHOICES = /"choices"\s*:\s*\[\s*\]/

/**
 * The gateway always asks for usage. A client that did not ask must not see the chunk that carries nothing else:
 * it has no choices, and code that reads `choices[0]` of every chunk would break.
 */
export function relaysToClient(message: SseMessage, request: ChatRequest): boolean {
  if (request.includeUsage || !NO_CHOICES.test(message.data)) return true
  return !isUsageOnly(message.data)
}

function isUsageOnly(data: string): boolean {
  try {
    const chunk: unknown = JSON.parse(data)
    if (!isObject(chunk) || !isObject(chunk.usage)) return false
    const choices = chunk.choices
    return Array.isArray(choices) && choices.length === 0 && !chunk.error
  } catch {
    return false
  }
}
