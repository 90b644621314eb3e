import type { FinishReason } from '../../core/chat-response.js'

const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  pause: 'pause_turn',
}

/** The members that say why an answer ended, without braces: the same in a whole message and in `message_delta`. */
export function renderStop(reason: FinishReason, stopSequence: string | undefined): string {
  const sequence = stopSequence === undefined ? 'null' : JSON.stringify(stopSequence)
  // Other families do not say what was refused.
  const details = reason === 'content-filter' ? '{"type":"refusal","category":null,"explanation":null}' : 'null'
  return `"stop_reason":"${STOP_REASONS[reason]}","stop_sequence":${sequence},"stop_details":${details}`
}
