import { assertNever } from '../../core/assert-never.js'
import type { FinishReason } from '../../core/chat-response.js'

export type WireFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter'

/** Strict clients break on any value that OpenAI does not document. */
export function renderFinishReason(reason: FinishReason): WireFinishReason {
  switch (reason) {
    case 'stop':
    case 'stop-sequence':
    case 'pause':
      return 'stop'
    case 'length':
      return 'length'
    case 'tool-calls':
      return 'tool_calls'
    case 'content-filter':
      return 'content_filter'
    default:
      return assertNever(reason)
  }
}
