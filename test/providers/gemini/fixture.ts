import type { StreamEvent } from '../../../src/core/stream-event.js'
import { geminiProvider } from '../../../src/providers/gemini/adapter.js'
import type { DecodeContext, WireError } from '../../../src/providers/provider.js'
import { playStream } from '../../support/play-stream.js'

export const DECODE_CONTEXT: DecodeContext = {
  model: { id: 'gemini-3.8-flash', provider: 'google', upstreamName: 'gemini-3.8-flash', listed: true },
  createToolCallId: (n) => `call_made_${n}`,
}

/** All events of a stream whose bytes arrive in these chunks. Throws what the decoder throws. */
export function eventsOfChunks(chunks: readonly Buffer[], seen: StreamEvent[] = []): readonly StreamEvent[] {
  const { events, error } = playStream(geminiProvider.createStreamDecoder(DECODE_CONTEXT), chunks)
  seen.push(...events)
  if (error !== undefined) throw error
  return seen
}

/** The events of a stream made of these chunks of JSON. */
export function eventsOfValues(...values: readonly unknown[]): readonly StreamEvent[] {
  return eventsOfChunks(values.map((value) => Buffer.from(`data: ${JSON.stringify(value)}\r\n\r\n`)))
}

export function wireError(status: number, body: string, headers: WireError['headers'] = {}): WireError {
  return { status, headers, body }
}
