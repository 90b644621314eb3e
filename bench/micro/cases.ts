import type { ModelSpec } from '../../src/core/model-spec.js'
import type { StreamEvent } from '../../src/core/stream-event.js'
import { anthropicDialect } from '../../src/dialects/anthropic/dialect.js'
import type { Dialect, RenderContext } from '../../src/dialects/dialect.js'
import { openaiDialect } from '../../src/dialects/openai/dialect.js'
import { anthropicProvider } from '../../src/providers/anthropic/adapter.js'
import { geminiProvider } from '../../src/providers/gemini/adapter.js'
import { openaiProvider } from '../../src/providers/openai/adapter.js'
import type { DecodeContext, ProviderAdapter } from '../../src/providers/provider.js'
import { createSseParser, type ParsedMessage } from '../../src/sse/sse-parser.js'
import { Latencies } from '../../src/telemetry/latency/latencies.js'
import { LatencySeries } from '../../src/telemetry/latency/latency-series.js'
import { SeriesGapMeter } from '../../src/telemetry/latency/series-gap-meter.js'
import { RequestCounter } from '../../src/telemetry/prometheus/request-counter.js'
import { createRequestFamilies } from '../../src/telemetry/prometheus/request-families.js'
import { expectedText } from '../load/answer-plan.js'
import { anthropicWire, openaiWire } from '../load/upstream-wire.js'
import { createAdmission } from './admission.js'
import { anthropicLong, openaiLong, shortRequest } from './requests.js'
import { SETTLED } from './settled.js'
import { anthropicStream, geminiStream, openaiStream, type SampleStream, TEXT_EVENTS } from './streams.js'

/** One line of the table that `npm run bench` prints. */
export interface MicroCase {
  readonly name: string
  /** What the time is divided among. */
  readonly piece: 'event' | 'request' | 'answer'
  /** How many pieces `run` has to answer that it did. */
  readonly expected: number
  run(): number
}

const MODEL: ModelSpec = { id: 'bench', provider: 'bench', upstreamName: 'bench', listed: false }
const DECODE: DecodeContext = { model: MODEL, createToolCallId: (n) => `call_${n}` }
const RENDER: RenderContext = {
  id: 'bench',
  createdSeconds: 1_790_000_000,
  model: 'bench',
  includeUsage: true,
  requestId: 'bench',
}

const PROVIDERS: readonly { readonly adapter: ProviderAdapter; readonly stream: SampleStream }[] = [
  { adapter: anthropicProvider, stream: anthropicStream },
  { adapter: openaiProvider, stream: openaiStream },
  { adapter: geminiProvider, stream: geminiStream },
]

const DIALECTS: readonly { readonly dialect: Dialect; readonly short: string; readonly long: string }[] = [
  { dialect: openaiDialect, short: shortRequest, long: openaiLong },
  { dialect: anthropicDialect, short: shortRequest, long: anthropicLong },
]

const WHOLE_ANSWERS = [
  { adapter: anthropicProvider, wire: anthropicWire },
  { adapter: openaiProvider, wire: openaiWire },
]
const EVENTS_A_WRITE = 16
const ADMISSION = createAdmission()
const ANSWER_PLAN = { tokens: 64, delayMs: 0, gapMs: 0, eventsPerWrite: 1, seed: 0 }

export const MICRO_CASES: readonly MicroCase[] = [
  requestCase('admission, one of 10,000 keys, all limits', ADMISSION.admit),
  requestCase('refusal, one of 10,000 keys', ADMISSION.refuse),
  ...PROVIDERS.flatMap(({ adapter: { type }, stream }) => [
    parseCase(`sse parse, ${type}, 16 events a read`, stream.inBatches, stream.events),
    parseCase(`sse parse, ${type}, one event a read`, stream.oneByOne, stream.events),
  ]),
  parseCase('sse parse, anthropic, keeping the bytes', anthropicStream.inBatches, anthropicStream.events, true),
  ...PROVIDERS.map(({ adapter, stream }) => decodeCase(adapter, stream)),
  ...DIALECTS.map(({ dialect }) => renderCase(dialect)),
  ...PROVIDERS.flatMap(({ adapter, stream }) => DIALECTS.map(({ dialect }) => translateCase(adapter, stream, dialect))),
  ...DIALECTS.flatMap(({ dialect, short, long }) => [
    requestCase(`request parse, ${dialect.name}, 1 KB`, () => dialect.parseRequest(short).messages.length > 0),
    requestCase(
      `request parse, ${dialect.name}, ${kilobytes(long)} KB with tools`,
      () => dialect.parseRequest(long).messages.length > 0,
    ),
  ]),
  ...PROVIDERS.flatMap(({ adapter }) =>
    DIALECTS.flatMap(({ dialect, short, long }) => encodeCases(adapter, dialect, short, long)),
  ),
  ...WHOLE_ANSWERS.flatMap(({ adapter, wire }) => answerCases(adapter, wire.whole(ANSWER_PLAN).toString())),
  ...[1, EVENTS_A_WRITE].map(gapCase),
  settleCase(),
]

function parseCase(name: string, reads: readonly Buffer[], events: number, keepRaw = false): MicroCase {
  return {
    name,
    piece: 'event',
    expected: events,
    run() {
      const parser = createSseParser({ keepRaw })
      let count = 0
      for (const bytes of reads) count += parser.push(bytes).length
      return count + parser.end().length
    },
  }
}

function decodeCase(adapter: ProviderAdapter, stream: SampleStream): MicroCase {
  const messages = parseAll(stream)
  return {
    name: `stream decode, ${adapter.type}`,
    piece: 'event',
    expected: TEXT_EVENTS,
    run: () => decodeAll(adapter, messages).filter(({ type }) => type === 'text-delta').length,
  }
}

function renderCase(dialect: Dialect): MicroCase {
  const events = decodeAll(anthropicProvider, parseAll(anthropicStream))
  return {
    name: `chunk render, ${dialect.name}`,
    piece: 'event',
    expected: events.length,
    run() {
      const renderer = dialect.createStreamRenderer(RENDER)
      let count = 0
      let bytes = 0
      let text = ''
      for (const event of events) {
        text += renderer.render(event)
        if (++count % EVENTS_A_WRITE !== 0) continue
        // Concatenated strings are put together only when they are read.
        bytes += Buffer.from(text).length
        text = ''
      }
      bytes += Buffer.from(text + renderer.end()).length
      return bytes > 0 ? count : 0
    },
  }
}

/** Bytes of the provider → bytes for the client: all that the event loop does for a token but for the sockets. */
function translateCase(adapter: ProviderAdapter, stream: SampleStream, dialect: Dialect): MicroCase {
  const expected = expectedText({ ...ANSWER_PLAN, tokens: TEXT_EVENTS })
  return {
    name: `bytes to bytes, ${adapter.type} to ${dialect.name}`,
    piece: 'event',
    expected: TEXT_EVENTS,
    run() {
      const parser = createSseParser()
      const decoder = adapter.createStreamDecoder(DECODE)
      const renderer = dialect.createStreamRenderer(RENDER)
      let characters = 0
      let events = 0
      for (const bytes of stream.inBatches) {
        let text = ''
        for (const message of parser.push(bytes)) {
          for (const event of decoder.push(message)) {
            text += renderer.render(event)
            if (event.type !== 'text-delta') continue
            characters += event.text.length
            events++
          }
        }
        Buffer.from(text)
      }
      return characters === expected.length ? events : 0
    },
  }
}

/** What the histograms of gaps cost. */
function gapCase(eventsARead: number): MicroCase {
  const series = new LatencySeries()
  const buckets = createRequestFamilies().gap.child('bench', 'bench')
  const onStall = (): void => {}
  return {
    name: `gaps of a stream, ${eventsARead === 1 ? 'one event' : `${eventsARead} events`} a read`,
    piece: 'event',
    expected: TEXT_EVENTS,
    run() {
      const before = series.count
      const meter = new SeriesGapMeter(series, { buckets, onStall })
      for (let at = 0; at < TEXT_EVENTS / eventsARead; at++) meter.pieces(eventsARead, at * 20.25)
      return series.count - before + 1
    },
  }
}

/** What counting a settled request costs: a stream that went well, with its histograms. */
function settleCase(): MicroCase {
  const counter = new RequestCounter({ hasProvider: () => true, hasModel: () => true })
  const latencies = new Latencies()
  latencies.close()
  return {
    name: 'metrics of a request',
    piece: 'request',
    expected: 1,
    run() {
      const before = latencies.total.provider.count
      counter.note(SETTLED)
      latencies.note(SETTLED)
      return latencies.total.provider.count - before
    },
  }
}

function requestCase(name: string, worked: () => boolean): MicroCase {
  return { name, piece: 'request', expected: 1, run: () => (worked() ? 1 : 0) }
}

function encodeCases(adapter: ProviderAdapter, dialect: Dialect, short: string, long: string): readonly MicroCase[] {
  return [short, long].map((raw) => {
    const request = dialect.parseRequest(raw)
    const name = `request encode, ${dialect.name} to ${adapter.type}, ${kilobytes(raw)} KB`
    return requestCase(name, () => adapter.encodeRequest(request, { model: MODEL, stream: true }).body.length > 0)
  })
}

function answerCases(adapter: ProviderAdapter, body: string): readonly MicroCase[] {
  const response = adapter.decodeResponse(body, DECODE)
  const decode: MicroCase = {
    name: `answer decode, ${adapter.type}`,
    piece: 'answer',
    expected: 1,
    run: () => adapter.decodeResponse(body, DECODE).choices.length,
  }
  const renders = DIALECTS.map(
    ({ dialect }): MicroCase => ({
      name: `answer render, ${adapter.type} to ${dialect.name}`,
      piece: 'answer',
      expected: 1,
      run: () => (dialect.renderResponse(response, RENDER).length > 0 ? 1 : 0),
    }),
  )
  return [decode, ...renders]
}

function parseAll(stream: SampleStream): readonly ParsedMessage[] {
  const parser = createSseParser()
  return [...stream.inBatches.flatMap((bytes) => parser.push(bytes)), ...parser.end()]
}

function decodeAll(adapter: ProviderAdapter, messages: readonly ParsedMessage[]): readonly StreamEvent[] {
  const decoder = adapter.createStreamDecoder(DECODE)
  const events: StreamEvent[] = []
  for (const message of messages) events.push(...decoder.push(message))
  events.push(...decoder.end())
  return events
}

function kilobytes(text: string): string {
  return (Buffer.byteLength(text) / 1024).toFixed(0)
}
