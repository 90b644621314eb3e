import type { FinishReason } from '../../core/chat-response.js'
import { GatewayError } from '../../core/errors.js'

/** @param hasCalls whether the choice holds tool calls */
export function decodeFinishReason(reason: string, hasCalls: boolean): FinishReason {
  switch (reason) {
    case 'tool_calls':
    case 'function_call':
      return hasCalls ? 'tool-calls' : 'stop'
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'length'
    case 'content_filter':
      return 'content-filter'
    case 'error':
    case 'abort':
    case 'insufficient_system_resource':
      throw new GatewayError('upstream_error', 'The provider broke off its answer.')
    default:
      // `stop`, and whatever a server invents. OpenAI itself says `stop` after a call that was forced by name, but a
      // client that is to run the call has to hear of it.
      return hasCalls ? 'tool-calls' : 'stop'
  }
}
