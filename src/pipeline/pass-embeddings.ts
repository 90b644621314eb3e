import type { EmbeddingsRequest } from '../core/embeddings.js'
import { spliceTopLevel } from '../core/json-splice.js'
import { collectAnswer } from '../relay/collect-answer.js'
import { wholeTimeouts } from '../relay/relay-whole.js'
import { answerHeaders } from './answer-headers.js'
import { beginAttempt, finishAttempt, noteHeaders, noteLastByte } from './attempt-record.js'
import { makeAttempts } from './attempts/make-attempts.js'
import type { AttemptOutcome, Go } from './attempts/place.js'
import { createWaiting } from './attempts/waiting.js'
import type { ChosenEmbedder } from './choose-embedder.js'
import type { PipelineDeps } from './deps.js'
import type { RequestOutcome, StageContext } from './request-desk.js'
import { traceHeaders } from './trace-headers.js'

/** 2,048 vectors of 3,072 numbers come to about 75 MB of text. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024

/** A provider's embeddings: the client's bytes go there with the model's name replaced, and the answer comes back. */
export async function passEmbeddings(
  deps: PipelineDeps,
  { call, presence, record, runtime }: StageContext,
  request: EmbeddingsRequest,
  { provider, support, target }: Extract<ChosenEmbedder, { kind: 'provider' }>,
): Promise<RequestOutcome> {
  const { upstreamName } = target
  const body =
    upstreamName === request.model ? request.raw : spliceTopLevel(request.raw, { model: JSON.stringify(upstreamName) })

  async function ask({ key, occasion, onGone, totalMs }: Go): Promise<AttemptOutcome<Buffer>> {
    const entry = beginAttempt({ deps, provider, record, target, ...occasion })
    const outcome = await collectAnswer({
      upstream: provider.upstream,
      adapter: provider.adapter,
      timeouts: wholeTimeouts({ ...runtime.timeouts, totalMs }),
      clock: deps.clock,
      maxBytes: MAX_ANSWER_BYTES,
      request: {
        method: 'POST',
        path: support.path,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...traceHeaders(record, entry),
          ...provider.headersOf(key),
        },
        body,
      },
      onGone,
      onResponseHeaders: (headers) => noteHeaders(entry, headers),
      read: support.read,
    })
    if (outcome.kind === 'complete') noteLastByte(entry, outcome.upstreamEndedAtMs)
    finishAttempt(entry, outcome, deps.clock.now())
    if (outcome.kind !== 'complete') return outcome
    entry.usage = outcome.value
    record.usage = outcome.value
    return { kind: 'complete', answer: outcome.body }
  }

  const startedAt = deps.clock.now()
  const waiting = createWaiting((listener) => presence.onGone(listener))
  // Vectors of different models do not mix, so no other one stands in.
  const outcome = await makeAttempts({ deps, runtime, waiting, places: [{ target, provider }], prepare: () => ask })
  if (outcome.kind !== 'complete') return outcome
  record.stagesMs.upstream = deps.clock.now() - startedAt
  record.status = 200
  call.response.writeHead(200, { ...answerHeaders(record), ...call.headers })
  call.response.end(outcome.answer)
  return { kind: 'complete' }
}
