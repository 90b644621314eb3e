import { readFileSync } from 'node:fs'
import type { StreamEvent } from '../../../src/core/stream-event.js'
import { geminiProvider } from '../../../src/providers/gemini/adapter.js'
import type { DecodeContext, WireError } from '../../../src/providers/provider.js'
import { createSseParser } from '../../../src/sse/sse-parser.js'

export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/wire/${name}`, import.meta.url))
}

export const DECODE_CONTEXT: DecodeContext = {
  model: { id: 'gemini-3.8-flash', provider: 'google', upstreamName: 'gemini-3.8-flash', listed: true },
  createToolCallId: (n) => `call_made_${n}`,
}

/** All events of a stream whose bytes arrive in these chunks. Throws what the decoder throws. */
export function eventsOfChunks(chunks: readonly Buffer[], seen: StreamEvent[] = []): readonly StreamEvent[] {
  const parser = createSseParser()
  const decoder = geminiProvider.createStreamDecoder(DECODE_CONTEXT)
  for (const chunk of chunks) for (const message of parser.push(chunk)) seen.push(...decoder.push(message))
  for (const message of parser.end()) seen.push(...decoder.push(message))
  seen.push(...decoder.end())
  return seen
}

/** The events of a stream made of these chunks of JSON. */
export function eventsOfValues(...values: readonly unknown[]): readonly StreamEvent[] {
  return eventsOfChunks(values.map((value) => Buffer.from(`data: ${JSON.stringify(value)}\r\n\r\n`)))
}

/** The stream cut in two at every byte, and once into single bytes. */
export function* everyCut(bytes: Buffer): Generator<readonly Buffer[]> {
  for (let at = 0; at <= bytes.length; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)]
  yield [...bytes].map((byte) => Buffer.from([byte]))
}

export function wireError(status: number, body: string, headers: WireError['headers'] = {}): WireError {
  return { status, headers, body }
}
