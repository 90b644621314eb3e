import type { ChatRequest } from '../../core/chat-request.js'
import type { DroppedFields } from './dropped-fields.js'
import type { MessagesRequest } from './wire-request.js'

type Sampling = Pick<MessagesRequest, 'temperature' | 'top_p' | 'top_k'>

/**
 * Temperature and its kin, where the model takes them and does not think. A value that only repeats the default (1)
 * changes nothing when it is left out, and is not listed.
 */
export function encodeSampling(request: ChatRequest, allowed: boolean, dropped: DroppedFields): Sampling {
  const { temperature, topP, topK } = request
  // Either temperature or top_p, never both: Anthropic refuses the pair.
  const usesTopP = allowed && topP !== undefined && temperature === undefined
  if (temperature !== undefined && temperature !== 1 && (!allowed || temperature > 1)) dropped.add('temperature')
  if (topP !== undefined && topP !== 1 && !usesTopP) dropped.add('top_p')
  if (topK !== undefined && !allowed) dropped.add('top_k')
  return {
    // OpenAI's scale goes to 2, Anthropic's to 1.
    ...(allowed && temperature !== undefined && { temperature: Math.min(temperature, 1) }),
    ...(usesTopP && { top_p: topP }),
    ...(allowed && topK !== undefined && { top_k: topK }),
  }
}
