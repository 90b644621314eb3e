import { isObject, type JsonObject } from '../../core/decode.js'
import { GatewayError } from '../../core/errors.js'
import { tryParseJson } from '../../core/json-text.js'
import { NO_EVENTS, type StreamEvent } from '../../core/stream-event.js'
import type { DecodeContext, StreamDecoder } from '../provider.js'
import { createChunkDecoder, type PlainText, plainTextOf } from './chunk-decoder.js'
import { isCutJson } from './cut-json.js'
import { decodeErrorObject } from './decode-error.js'
import { createPlainChunkReader } from './plain-chunk.js'

const DONE = '[DONE]'

/** A stream of chat completion chunks → our events. */
export function createStreamDecoder(context: DecodeContext): StreamDecoder {
  const decoder = createChunkDecoder(context)
  const reader = createPlainChunkReader()
  /** What the chunks that `reader` reads are about. */
  let plain: PlainText | undefined
  let done = false

  function plainText(text: string, { choice, field }: PlainText): readonly StreamEvent[] {
    const out: StreamEvent[] = []
    const target = decoder.choice(choice)
    if (field === 'content') target.text(text, undefined, out)
    else target.reasoning(text, out)
    return out
  }

  function parsed(data: string, chunk: JsonObject): readonly StreamEvent[] {
    const out: StreamEvent[] = []
    decoder.chunk(chunk, out)
    const lesson = plainTextOf(chunk)
    if (lesson !== undefined && reader.learn(data, chunk, lesson.field)) plain = lesson
    return out
  }

  function finish(): readonly StreamEvent[] {
    const out: StreamEvent[] = []
    if (!decoder.finishAll(out))
      throw new GatewayError('upstream_error', 'The provider ended its answer without a choice.')
    done = true
    return out
  }

  /** A connection that broke leaves a cut event behind. After a complete answer it lacks no more than the counts. */
  function unreadable(data: string): readonly StreamEvent[] {
    if (!isCutJson(data)) throw notAChunk()
    if (decoder.isComplete()) return NO_EVENTS
    throw truncated()
  }

  return {
    push({ event, data }) {
      if (done) return NO_EVENTS
      if (event === 'error') throw decodeErrorObject(tryParseJson(data))
      const text = reader.read(data)
      if (text !== undefined && plain !== undefined) return plainText(text, plain)
      if (data.length <= DONE.length && DONE.startsWith(data)) return data === DONE ? finish() : NO_EVENTS
      const chunk = tryParseJson(data)
      return chunk === undefined ? unreadable(data) : parsed(data, requireChunk(chunk))
    },
    end() {
      // Some servers leave `[DONE]` out.
      if (done || decoder.isComplete()) return NO_EVENTS
      throw truncated()
    },
    ended: () => done,
  }
}

function truncated(): GatewayError {
  return new GatewayError('stream_truncated', 'The provider closed the stream before its answer was complete.')
}

function notAChunk(): GatewayError {
  return new GatewayError('upstream_error', 'The provider sent an event that is not a chat completion chunk.')
}

function requireChunk(chunk: unknown): JsonObject {
  if (isObject(chunk)) return chunk
  // Google's compatible endpoint wraps its errors into an array.
  if (Array.isArray(chunk) && isObject(chunk[0]) && chunk[0].error) throw decodeErrorObject(chunk)
  throw notAChunk()
}
