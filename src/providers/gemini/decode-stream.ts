import { NO_EVENTS, type StreamEvent } from '../../core/stream-event.js'
import { parseWireJson } from '../parse-wire-json.js'
import type { DecodeContext, StreamDecoder } from '../provider.js'
import { createAnswerDecoder } from './answer-decoder.js'

/**
 * Gemini stream → our events. Events have no names and nothing marks the end: the stream just stops, and whether it was
 * complete shows in what came before.
 */
export function createStreamDecoder(context: DecodeContext): StreamDecoder {
  const answer = createAnswerDecoder(context, 'stream')
  return {
    push({ data }) {
      // Google sends no terminator, but servers that imitate it do.
      if (data === '' || data === '[DONE]') return NO_EVENTS
      const value = parseWireJson(data)
      return Array.isArray(value) ? stepAll(value, data) : answer.step(value, data)
    },
    end: answer.end,
  }

  /** Errors, and sometimes whole answers, come wrapped in an array. */
  function stepAll(chunks: readonly unknown[], source: string): readonly StreamEvent[] {
    return chunks.flatMap((chunk, position) => [...answer.step(chunk, source, position)])
  }
}
