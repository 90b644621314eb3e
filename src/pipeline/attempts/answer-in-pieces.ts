import { createAnswerCollector } from '../../core/answer-collector.js'
import { createPassThroughLane, createTranslatingLane, type Lane } from '../../relay/lane.js'
import { relayStream } from '../../relay/relay-stream.js'
import { noteHeaders, noteLastByte } from '../attempt-record.js'
import {
  type ChatAttempt,
  type Deliver,
  decodeContext,
  noteFirstToken,
  originOf,
  renderContext,
} from './chat-attempt.js'
import type { AttemptOutcome } from './place.js'
import { createWitness } from './witness.js'

/** One attempt at a streamed answer. The client sees nothing of it before it begins. */
export async function answerInPieces(attempt: ChatAttempt): Promise<AttemptOutcome<Deliver>> {
  const { client, deps, entry, go, overhear, place, runtime, tee } = attempt
  const witness = createWitness(attempt)
  const overheard = overhear && createAnswerCollector(originOf(place.provider.adapter))
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
    begin(_first, atMs) {
      if (!go.begin()) return false
      noteFirstToken(attempt, atMs)
      client.commit()
      witness.begin()
      return true
    },
  })
  if (outcome.kind !== 'complete') return outcome
  noteLastByte(entry, outcome.upstreamEndedAtMs)
  tee?.complete()
  if (overheard !== undefined) overhear?.(overheard.response())
  return { kind: 'complete', answer: () => ({ kind: 'complete' }) }
}

function createLane(attempt: ChatAttempt): Lane {
  const { call, place, request } = attempt
  const renderer = call.dialect.createStreamRenderer(renderContext(attempt))
  return place.provider.adapter.sameDialect === request.dialect
    ? createPassThroughLane(call.dialect, renderer, request)
    : createTranslatingLane(renderer)
}
