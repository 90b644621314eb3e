import type { ChatResponse } from '../../core/chat-response.js'
import type { StreamEvent } from '../../core/stream-event.js'
import { relayWhole } from '../../relay/relay-whole.js'
import { noteHeaders, noteLastByte } from '../attempt-record.js'
import type { RequestOutcome } from '../request-desk.js'
import {
  type ChatAttempt,
  type Deliver,
  decodeContext,
  lengthLimits,
  noteFirstToken,
  renderContext,
} from './chat-attempt.js'
import { findFlaw } from './find-flaw.js'
import type { CallOutcome } from './place.js'

/** One attempt at an answer in one piece. */
export async function answerWhole(attempt: ChatAttempt): Promise<CallOutcome<Deliver>> {
  const { deps, entry, go, place, runtime } = attempt
  const outcome = await relayWhole({
    upstream: place.provider.upstream,
    request: attempt.upstreamRequest,
    adapter: place.provider.adapter,
    decodeContext: decodeContext(attempt),
    timeouts: { ...runtime.timeouts, totalMs: go.totalMs },
    clock: deps.clock,
    streamed: attempt.streamed,
    onGone: go.onGone,
    onResponseHeaders: (headers) => noteHeaders(entry, headers),
  })
  if (outcome.kind !== 'complete') return outcome
  const { body, response } = outcome
  noteLastByte(entry, outcome.upstreamEndedAtMs)
  entry.usage = response.usage
  if (!go.begin()) return { kind: 'client-gone' }
  const flaw = go.rejects && findFlaw(response, attempt.request, lengthLimits(attempt))
  if (flaw !== undefined && go.rejects?.(flaw) === true) {
    entry.ttftMs = outcome.upstreamEndedAtMs - entry.startedAtMs
    return { kind: 'rejected', flaw, answer: () => deliverAfterAll(attempt, response, body) }
  }
  noteFirstToken(attempt, outcome.upstreamEndedAtMs)
  return { kind: 'complete', answer: () => deliver(attempt, response, body) }
}

/** Nothing better was to be had. */
function deliverAfterAll(attempt: ChatAttempt, response: ChatResponse, body: Buffer | undefined): RequestOutcome {
  noteFirstToken(attempt, attempt.deps.clock.now())
  return deliver(attempt, response, body)
}

function deliver(attempt: ChatAttempt, response: ChatResponse, body: Buffer | undefined): RequestOutcome {
  const { call, client, overhear, place, record, remember, request, tee } = attempt
  record.usage = response.usage
  if (remember !== undefined) observeWhole(response, remember)
  tee?.flight.land(response)
  if (!client.isGone()) {
    const relayed = place.provider.adapter.sameDialect === request.dialect ? body : undefined
    const rendered = relayed ?? call.dialect.renderResponse(response, renderContext(attempt))
    client.commit()
    client.end(rendered)
  }
  tee?.complete()
  overhear?.(response)
  return { kind: 'complete' }
}

/** Only the events a memory of reasoning looks at, without building the rest of the stream. */
function observeWhole(response: ChatResponse, observe: (event: StreamEvent) => void): void {
  for (const choice of response.choices) {
    let tools = 0
    for (const part of choice.parts) {
      if (part.type === 'reasoning') {
        observe({ type: 'reasoning-delta', choice: choice.index, text: part.text })
        observe({ type: 'reasoning-end', choice: choice.index, signature: part.signature })
      } else if (part.type === 'redacted-reasoning') {
        observe({ type: 'reasoning-redacted', choice: choice.index, data: part.data })
      } else if (part.type === 'tool-call') {
        const { id, name, signature } = part
        const sealed = signature === undefined ? {} : { signature }
        observe({ type: 'tool-start', choice: choice.index, index: tools, id, name, ...sealed })
        tools += 1
      }
    }
  }
}
