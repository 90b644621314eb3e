import { MessageStream } from '@anthropic-ai/sdk/lib/MessageStream'
import type { StreamEvent } from '../../../src/core/stream-event.js'
import { createStreamRenderer } from '../../../src/dialects/anthropic/render-stream.js'
import type { RenderContext } from '../../../src/dialects/dialect.js'

export interface WireEvent {
  readonly event: string
  readonly data: { readonly type: string; readonly index?: number; readonly [key: string]: unknown }
}

export function renderAll(events: readonly StreamEvent[], context: RenderContext): string {
  const renderer = createStreamRenderer(context)
  return events.map((event) => renderer.render(event)).join('') + renderer.end()
}

/** Rendered text → its events, with the framing checked strictly. */
export function wireEvents(rendered: string): readonly WireEvent[] {
  if (rendered === '') return []
  const frames = rendered.split('\n\n')
  if (frames.pop() !== '') throw new Error('The last event is not terminated.')
  return frames.map((frame) => {
    const match = /^event: (\w+)\ndata: (\{[^\r\n]*\})$/.exec(frame)
    if (match?.[1] === undefined || match[2] === undefined) throw new Error(`Not one event: ${frame}`)
    const data = JSON.parse(match[2])
    if (data.type !== match[1]) throw new Error(`Name and type differ: ${frame}`)
    return { event: match[1], data }
  })
}

/** The official client's accumulator over rendered text, without a socket. */
export async function collectWithSdk(rendered: string): Promise<Record<string, unknown>> {
  const lines = wireEvents(rendered).map(({ data }) => `${JSON.stringify(data)}\n`)
  const body = new Blob(lines).stream()
  return plain(await MessageStream.fromReadableStream(body).finalMessage())
}

/** Without what the client adds to the message. */
export function plain(message: object): Record<string, unknown> {
  const { parsed_output: _added, ...rest } = JSON.parse(JSON.stringify(message))
  return rest
}
