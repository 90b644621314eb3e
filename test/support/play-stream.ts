import { GatewayError } from '../../src/core/errors.js'
import type { StreamEvent } from '../../src/core/stream-event.js'
import type { StreamDecoder } from '../../src/providers/provider.js'
import { createSseParser } from '../../src/sse/sse-parser.js'

export interface PlayedStream {
  readonly events: readonly StreamEvent[]
  /** What the stream broke with, after those events. */
  readonly error: GatewayError | undefined
}

/** What a decoder makes of a stream whose bytes arrive in these chunks. */
export function playStream(decoder: StreamDecoder, chunks: readonly Buffer[]): PlayedStream {
  const parser = createSseParser()
  const events: StreamEvent[] = []
  try {
    for (const chunk of chunks) for (const message of parser.push(chunk)) events.push(...decoder.push(message))
    for (const message of parser.end()) events.push(...decoder.push(message))
    events.push(...decoder.end())
  } catch (error) {
    if (error instanceof GatewayError) return { events, error }
    throw error
  }
  return { events, error: undefined }
}
