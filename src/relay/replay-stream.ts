import { eventsOf } from '../core/answer-collector.js'
import type { ChatResponse } from '../core/chat-response.js'
import type { Clock } from '../core/clock.js'
import type { GatewayError } from '../core/errors.js'
import type { GapMeter } from '../core/gap-meter.js'
import { isPiece, type StreamEvent } from '../core/stream-event.js'
import type { StreamRenderer } from '../dialects/dialect.js'
import type { ClientStream } from './relay-stream.js'
import { type ReplayPace, splitForReplay } from './split-for-replay.js'

export interface ReplayOptions {
  readonly response: ChatResponse
  readonly pace: ReplayPace
  readonly renderer: StreamRenderer
  readonly client: ClientStream
  readonly observe: (event: StreamEvent) => void
  readonly clock: Pick<Clock, 'now'>
  /** Undefined: nobody measures. */
  readonly gaps: GapMeter | undefined
}

export type ReplayOutcome =
  | { readonly kind: 'complete' }
  | { readonly kind: 'broken'; readonly error: GatewayError }
  | { readonly kind: 'client-gone' }

/** So much text is handed to the transport at a time. */
const CHUNK_CHARACTERS = 32_768

/** Streams an answer that is there already: as fast as the client takes it, or at the pace asked for. */
export async function replayStream(options: ReplayOptions): Promise<ReplayOutcome> {
  const { client, observe, renderer } = options
  const leaving = watchLeaving(client)
  client.commit()
  let text = ''
  /** Pieces of the answer in the text. */
  let pieces = 0
  for (const { afterMs, event } of splitForReplay(eventsOf(options.response), options.pace)) {
    if (afterMs > 0) {
      if (text !== '') await write(text)
      text = ''
      await leaving.orAfter(afterMs)
    }
    if (leaving.outcome !== undefined) break
    observe(event)
    text += renderer.render(event)
    if (isPiece(event)) pieces++
    if (text.length < CHUNK_CHARACTERS) continue
    await write(text)
    text = ''
  }
  if (leaving.outcome?.kind === 'client-gone') return leaving.outcome
  if (leaving.outcome !== undefined) {
    client.end(text + renderer.fail(leaving.outcome.error))
    return leaving.outcome
  }
  countPieces()
  client.end(text + renderer.end())
  return { kind: 'complete' }

  async function write(chunk: string): Promise<void> {
    countPieces()
    if (client.write(chunk)) return
    options.gaps?.interrupted()
    await Promise.race([client.drained(), leaving.happened])
  }

  function countPieces(): void {
    if (pieces > 0) options.gaps?.pieces(pieces, options.clock.now())
    pieces = 0
  }
}

type Leaving = Exclude<ReplayOutcome, { kind: 'complete' }>

function watchLeaving(client: ClientStream) {
  let tell: () => void = () => {}
  const happened = new Promise<void>((resolve) => {
    tell = resolve
  })
  const leaving = {
    outcome: undefined as Leaving | undefined,
    happened,
    async orAfter(ms: number): Promise<void> {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms)
      })
      await Promise.race([late, happened])
      clearTimeout(timer)
    },
  }
  client.onGone((cut) => {
    leaving.outcome ??= cut === undefined ? { kind: 'client-gone' } : { kind: 'broken', error: cut }
    tell()
  })
  return leaving
}
