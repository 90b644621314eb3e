import type { CapturedRequest, Reply } from './provider-server.js'
import type { ProviderName } from './test-bed.js'
import { anthropicWire, geminiWire, openaiWire, type WireAnswer, type WireFormat } from './wire-answers.js'

/** A provider's wire format together with its ways to fail. */
export interface FaultyWire {
  readonly format: WireFormat
  /** The first events of a stream, without any content. */
  readonly silence: string
  /** The first events of a stream, up to and with the text `Hel`. */
  readonly beginning: string
  /** What comes after it in a good stream: `lo 🙂` and the end. */
  readonly ending: string
  /** The error object that says: overloaded. */
  readonly overloaded: object
  /** The same as an event of a stream. */
  readonly overloadedEvent: string
}

export const HELLO: WireAnswer = { model: 'some-model', pieces: ['Hel', 'lo 🙂'], inputTokens: 3, outputTokens: 2 }
export const HELLO_TEXT = 'Hello 🙂'

export function isStreaming(request: CapturedRequest): boolean {
  return request.json.stream === true || request.path.includes('streamGenerateContent')
}

/** Answers well, streaming if asked to. */
export function answerWell(reply: Reply, request: CapturedRequest, wire: FaultyWire, answer = HELLO): void {
  if (isStreaming(request)) reply.stream(wire.format.stream(answer))
  else reply.json(wire.format.body(answer))
}

const openaiOverloaded = {
  error: { message: 'Overloaded', type: 'server_error', param: null, code: 'server_is_overloaded' },
}
const anthropicOverloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
const geminiOverloaded = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }

export const FAULTY_WIRES: Readonly<Record<ProviderName, FaultyWire>> = {
  openai: faultyWire(openaiWire, openaiOverloaded, dataEvent(openaiOverloaded)),
  anthropic: faultyWire(anthropicWire, anthropicOverloaded, `event: error\n${dataEvent(anthropicOverloaded)}`),
  google: faultyWire(geminiWire, geminiOverloaded, dataEvent(geminiOverloaded)),
}

function faultyWire(format: WireFormat, overloaded: object, overloadedEvent: string): FaultyWire {
  const stream = format.stream(HELLO)
  const events = stream.split(/(?<=\n\r?\n)/)
  const first = events.findIndex((event) => event.includes('"Hel"'))
  return {
    format,
    silence: events.slice(0, first).join(''),
    beginning: events.slice(0, first + 1).join(''),
    ending: events.slice(first + 1).join(''),
    overloaded,
    overloadedEvent,
  }
}

function dataEvent(payload: object): string {
  return `data: ${JSON.stringify(payload)}\n\n`
}
