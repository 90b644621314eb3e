import { createAnswerCollector } from '../../core/answer-collector.js'
import type { ChatResponse } from '../../core/chat-response.js'
import { isObject } from '../../core/decode.js'
import { GatewayError } from '../../core/errors.js'
import { tryParseJson } from '../../core/json-text.js'
import type { StreamEvent } from '../../core/stream-event.js'
import type { DecodeContext } from '../provider.js'
import { createChunkDecoder } from './chunk-decoder.js'
import { decodeErrorObject } from './decode-error.js'

/** A whole chat completion → ours, by the same steps as a stream of it. */
export function decodeResponse(body: string, context: DecodeContext): ChatResponse {
  const answer = tryParseJson(body)
  if (Array.isArray(answer) && isObject(answer[0]) && answer[0].error) throw decodeErrorObject(answer)
  if (!isObject(answer)) throw notAnAnswer()
  const decoder = createChunkDecoder(context)
  const events: StreamEvent[] = []
  decoder.chunk(answer, events)
  if (!decoder.finishAll(events)) throw notAnAnswer()
  const collector = createAnswerCollector('openai')
  for (const event of events) collector.push(event)
  return collector.response()
}

function notAnAnswer(): GatewayError {
  return new GatewayError('upstream_error', 'The provider sent something that is not a chat completion.')
}
