import type { StreamEvent } from '../../core/stream-event.js'
import { mapStopReason } from './map-stop-reason.js'

/** What the end of an answer says about it. */
export interface Ending {
  readonly stopReason: string | undefined
  readonly stopSequence: string | undefined
  /** `stop_details.explanation` of a refusal. */
  readonly explanation: string | undefined
}

/** The last events of an answer. A refusal that came without a word gets the provider's explanation for text. */
export function finishEvents(ending: Ending, hasText: boolean): readonly StreamEvent[] {
  const reason = mapStopReason(ending.stopReason)
  const stopped =
    reason === 'stop-sequence' && ending.stopSequence !== undefined ? { stopSequence: ending.stopSequence } : {}
  const finish: StreamEvent = { type: 'finish', choice: 0, reason, ...stopped }
  const explanation = ending.explanation ?? ''
  if (ending.stopReason !== 'refusal' || hasText || explanation === '') return [finish]
  return [{ type: 'refusal-delta', choice: 0, text: explanation }, finish]
}
