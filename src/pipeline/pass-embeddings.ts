import type { EmbeddingsRequest } from '../core/embeddings.js'
import { spliceTopLevel } from '../core/json-splice.js'
import { collectAnswer } from '../relay/collect-answer.js'
import { wholeTimeouts } from '../relay/relay-whole.js'
import { answerHeaders } from './answer-headers.js'
import { beginAttempt, finishAttempt, noteHeaders, noteLastByte } from './attempt-record.js'
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
  const entry = beginAttempt({ deps, provider, record, target, cause: 'first' })
  const outcome = await collectAnswer({
    upstream: provider.upstream,
    adapter: provider.adapter,
    timeouts: wholeTimeouts(runtime.timeouts),
    clock: deps.clock,
    maxBytes: MAX_ANSWER_BYTES,
    request: {
      method: 'POST',
      path: support.path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...traceHeaders(record, entry),
        ...provider.headers,
      },
      body:
        upstreamName === request.model
          ? request.raw
          : spliceTopLevel(request.raw, { model: JSON.stringify(upstreamName) }),
    },
    onGone: (listener) => presence.onGone(listener),
    onResponseHeaders: (headers) => noteHeaders(entry, headers),
    read: support.read,
  })
  if (outcome.kind === 'complete') noteLastByte(entry, outcome.upstreamEndedAtMs)
  finishAttempt(entry, outcome, deps.clock.now())
  if (outcome.kind !== 'complete') return outcome

  record.stagesMs.upstream = entry.durationMs
  record.usage = outcome.value
  entry.usage = outcome.value
  record.status = 200
  call.response.writeHead(200, { ...answerHeaders(record), ...call.headers })
  call.response.end(outcome.body)
  return { kind: 'complete' }
}
