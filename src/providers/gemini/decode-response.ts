import { createAnswerCollector } from '../../core/answer-collector.js'
import type { ChatResponse } from '../../core/chat-response.js'
import { parseWireJson } from '../parse-wire-json.js'
import type { DecodeContext } from '../provider.js'
import { createAnswerDecoder } from './answer-decoder.js'

/**
 * A whole answer is decoded as a stream of one chunk, so that both can never differ. An array of chunks is what the
 * streaming endpoint sends to those who do not ask for server-sent events.
 */
export function decodeResponse(body: string, context: DecodeContext): ChatResponse {
  const value = parseWireJson(body)
  const chunks: readonly unknown[] = Array.isArray(value) ? value : [value]
  const answer = createAnswerDecoder(context, 'whole')
  const collector = createAnswerCollector('gemini')
  for (const [position, chunk] of chunks.entries()) {
    for (const event of answer.step(chunk, body, position)) collector.push(event)
  }
  for (const event of answer.end()) collector.push(event)
  return collector.response()
}
