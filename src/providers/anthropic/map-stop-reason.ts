import type { FinishReason } from '../../core/chat-response.js'

/** `stop_reason` → why the answer ended. Reasons that are not known yet are a plain stop: the answer is complete. */
export function mapStopReason(reason: string | undefined): FinishReason {
  switch (reason) {
    case 'stop_sequence':
      return 'stop-sequence'
    case 'tool_use':
      return 'tool-calls'
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length'
    case 'refusal':
      return 'content-filter'
    case 'pause_turn':
      return 'pause'
    default:
      return 'stop'
  }
}
