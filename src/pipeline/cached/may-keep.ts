import type { ChatRequest } from '../../core/chat-request.js'
import type { ChatResponse } from '../../core/chat-response.js'
import { findFlaw } from '../attempts/find-flaw.js'

/**
 * Only what is whole and clean is kept: it ended by itself or in tool calls, with nothing filtered, refused or cut, and is in
 * the format that was asked for.
 */
export function mayKeep(response: ChatResponse, request: Pick<ChatRequest, 'responseFormat'>): boolean {
  const { choices } = response
  const [choice] = choices
  if (choice === undefined || choices.length !== 1 || choice.parts.length === 0) return false
  return ENDED_WELL.has(choice.finishReason) && findFlaw(response, request, {}) === undefined
}

const ENDED_WELL: ReadonlySet<string> = new Set(['stop', 'stop-sequence', 'tool-calls'])
