import type { FinishReason } from '../../core/chat-response.js'

/** `unusable`: the model failed at writing its answer, and no reason a client knows would say so. */
export type Ending = FinishReason | 'unusable'

/**
 * @param hasCalls a function call was seen anywhere in the answer. Gemini ends such answers with STOP, often in a later
 * chunk; other reasons keep their meaning, because the arguments of the call may be cut.
 */
export function mapFinishReason(reason: string, hasCalls: boolean): Ending {
  switch (reason) {
    case 'STOP':
      return hasCalls ? 'tool-calls' : 'stop'
    case 'MAX_TOKENS':
    // The answer is longer than one request may yield; the token to go on with is not offered to clients.
    case 'CONTINUATION':
      return 'length'
    case 'SAFETY':
    case 'RECITATION':
    case 'BLOCKLIST':
    case 'PROHIBITED_CONTENT':
    case 'SPII':
    case 'LANGUAGE':
    case 'IMAGE_SAFETY':
    case 'IMAGE_PROHIBITED_CONTENT':
    case 'IMAGE_RECITATION':
      return 'content-filter'
    case 'MALFORMED_FUNCTION_CALL':
    case 'UNEXPECTED_TOOL_CALL':
    case 'TOO_MANY_TOOL_CALLS':
    case 'MALFORMED_RESPONSE':
    case 'MISSING_THOUGHT_SIGNATURE':
      return 'unusable'
    default:
      return 'stop' // OTHER, NO_IMAGE, and whatever they add next year
  }
}
