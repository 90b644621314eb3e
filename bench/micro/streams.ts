import { tokenAt } from '../load/answer-plan.js'
import { anthropicWire, openaiWire, type UpstreamWire } from '../load/upstream-wire.js'

/** One provider's answer of `TEXT_EVENTS` tokens, as its bytes come from the network. */
export interface SampleStream {
  /** Several events a read, as from a provider that is faster than we are. */
  readonly inBatches: readonly Buffer[]
  /** One event a read, as from a provider that takes its time. */
  readonly oneByOne: readonly Buffer[]
  /** Events of every kind. */
  readonly events: number
}

export const TEXT_EVENTS = 512
const BATCH = 16

const PLAN = { tokens: TEXT_EVENTS, delayMs: 0, gapMs: 0, eventsPerWrite: 1, seed: 0 }

export const anthropicStream = sample(wireReads(anthropicWire))
export const openaiStream = sample(wireReads(openaiWire))
export const geminiStream = sample((count) =>
  Array.from({ length: TEXT_EVENTS / count }, (_, read) =>
    Buffer.from(
      Array.from({ length: count }, (_, n) => geminiEvent(read * count + n))
        .map((event) => `data: ${JSON.stringify(event)}\n\n`)
        .join(''),
    ),
  ),
)

function sample(reads: (eventsPerRead: number) => readonly Buffer[]): SampleStream {
  const oneByOne = reads(1)
  return { oneByOne, inBatches: reads(BATCH), events: Buffer.concat(oneByOne).toString().split('\n\n').length - 1 }
}

function wireReads(wire: UpstreamWire): (eventsPerRead: number) => readonly Buffer[] {
  return (count) => [
    wire.opening,
    ...Array.from({ length: TEXT_EVENTS / count }, (_, read) => wire.events(read * count, count)),
    wire.closing(PLAN),
  ]
}

/** Gemini says everything again in each event, and finishes in the last one with text. */
function geminiEvent(n: number): object {
  return {
    candidates: [
      {
        content: { parts: [{ text: tokenAt(n) }], role: 'model' },
        index: 0,
        ...(n === TEXT_EVENTS - 1 && { finishReason: 'STOP' }),
      },
    ],
    usageMetadata: {
      promptTokenCount: 250,
      candidatesTokenCount: n + 1,
      totalTokenCount: 251 + n,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 250 }],
    },
    modelVersion: 'gemini-bench',
    responseId: 'bench',
  }
}
