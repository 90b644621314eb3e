import { type Flaw, whyInadequateStart } from '../../attempts/why-inadequate.js'
import { createAnswerCollector } from '../../core/answer-collector.js'
import type { StreamEvent } from '../../core/stream-event.js'
import { createPassThroughLane, createTranslatingLane, type Lane } from '../../relay/lane.js'
import { relayStream } from '../../relay/relay-stream.js'
import { noteHeaders, noteLastByte } from '../attempt-record.js'
import type { RequestOutcome } from '../request-desk.js'
import {
  type ChatAttempt,
  type Deliver,
  decodeContext,
  lengthLimits,
  noteFirstToken,
  originOf,
  renderContext,
} from './chat-attempt.js'
import type { CallOutcome } from './place.js'
import { createWitness } from './witness.js'

/** One attempt at a streamed answer. The client sees nothing of it before it begins. */
export async function answerInPieces(attempt: ChatAttempt): Promise<CallOutcome<Deliver>> {
  const { client, deps, entry, go, overhear, place, runtime, tee } = attempt
  const witness = createWitness(attempt)
  const overheard = overhear && createAnswerCollector(originOf(place.provider.adapter))
  let held: Flaw | undefined
  const outcome = await relayStream({
    upstream: place.provider.upstream,
    request: attempt.upstreamRequest,
    adapter: place.provider.adapter,
    decodeContext: decodeContext(attempt),
    lane: createLane(attempt),
    client,
    timeouts: { ...runtime.timeouts, totalMs: go.totalMs },
    clock: deps.clock,
    onGone: go.onGone,
    onResponseHeaders: (headers) => noteHeaders(entry, headers),
    observe(event, atMs) {
      overheard?.push(event)
      witness.observe(event, atMs)
    },
    gaps: deps.gaps.open('provider', place.provider.name, place.target.id),
    begin(first, atMs) {
      if (held === undefined && !go.begin()) return 'drop'
      held = held === undefined ? flawToHold(attempt, first) : undefined
      if (held === undefined) show(atMs)
      else entry.ttftMs = atMs - entry.startedAtMs
      return held === undefined ? 'show' : 'hold'
    },
  })
  if (outcome.kind !== 'complete') return outcome
  noteLastByte(entry, outcome.upstreamEndedAtMs)
  const { rest } = outcome
  if (held !== undefined && rest !== undefined) return { kind: 'rejected', flaw: held, answer: () => showAll(rest) }
  leaveToOthers()
  return { kind: 'complete', answer: () => ({ kind: 'complete' }) }

  function show(atMs: number): void {
    noteFirstToken(attempt, atMs)
    client.commit()
    witness.begin()
  }

  function leaveToOthers(): void {
    tee?.complete()
    if (overheard !== undefined) overhear?.(overheard.response())
  }

  /** Nothing better was to be had. */
  function showAll(rest: string | Uint8Array): RequestOutcome {
    show(deps.clock.now())
    client.end(rest)
    leaveToOthers()
    return { kind: 'complete' }
  }
}

/** Why the answer that begins so is not to be shown yet. Of several choices the others may be better. */
function flawToHold(attempt: ChatAttempt, first: StreamEvent | undefined): Flaw | undefined {
  const { go, request } = attempt
  if (go.rejects === undefined || first === undefined || (request.n ?? 1) > 1) return undefined
  const flaw = whyInadequateStart(first, lengthLimits(attempt))
  return flaw !== undefined && go.rejects(flaw) ? flaw : undefined
}

function createLane(attempt: ChatAttempt): Lane {
  const { call, place, request } = attempt
  const renderer = call.dialect.createStreamRenderer(renderContext(attempt))
  return place.provider.adapter.sameDialect === request.dialect
    ? createPassThroughLane(call.dialect, renderer, request)
    : createTranslatingLane(renderer)
}
