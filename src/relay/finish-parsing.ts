import { GatewayError } from '../core/errors.js'
import type { ParsedMessage, SseParser } from '../sse/sse-parser.js'

/** The end of a stream's body: an event without its blank line is either whole or the sign of a cut. */
export function finishParsing(parser: SseParser, step: (message: ParsedMessage) => void): void {
  for (const message of parser.end()) {
    try {
      step(message)
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'upstream_error' && isCutJson(message.data)) {
        throw new GatewayError('stream_truncated', 'The provider cut its answer in the middle of an event.')
      }
      throw error
    }
  }
}

/** Does the text begin like a JSON object that was never closed? */
function isCutJson(data: string): boolean {
  return data.startsWith('{') && !data.trimEnd().endsWith('}')
}
