import type { ChatRequest } from '../../core/chat-request.js'
import type { AnswerTee } from '../cached/answer-tee.js'
import type { PipelineDeps } from '../deps.js'
import type { RequestOutcome, StageContext } from '../request-desk.js'
import { type AnswerClient, createAnswerClient } from './answer-client.js'
import { type ChatOptions, type Deliver, type Overhear, renderContext } from './chat-attempt.js'
import { prepareChatCall } from './chat-call.js'
import { makeAttempts } from './make-attempts.js'
import { mayAskTwice } from './may-ask-twice.js'
import type { AttemptOutcome, Place } from './place.js'

export interface AskOptions {
  readonly deps: PipelineDeps
  readonly stage: StageContext
  readonly request: ChatRequest
  /** The one that was chosen, and what may stand in for it, in order. */
  readonly places: readonly [Place, ...Place[]]
  readonly tee: AnswerTee | undefined
  readonly overhear: Overhear | undefined
  /** Who is asked when the answer is plainly not good enough; undefined: nobody. */
  readonly escalation: Place | undefined
}

/**
 * Gets an answer from the first place that has one, and gives it to the client as it comes.
 * @throws GatewayError when the request cannot be said in the format of the chosen place
 */
export async function askProviders(options: AskOptions): Promise<RequestOutcome> {
  const { deps, escalation, overhear, places, request, stage, tee } = options
  const { call, presence, record, runtime } = stage
  const isCertain = places.length === 1 && escalation === undefined
  const client = createAnswerClient({ deps, runtime, call, presence, record, tee, isCertain })
  const chat: ChatOptions = { deps, runtime, call, client, request, record, tee, overhear }
  try {
    const outcome = await makeAttempts({
      deps,
      runtime,
      waiting: client.waiting,
      places,
      escalation,
      prepare: (place) => prepareChatCall(chat, place),
      hedged: mayAskTwice(request) ? (request.stream ? 'stream' : 'whole') : undefined,
    })
    return end(outcome, client, options)
  } finally {
    client.release()
  }
}

function end(outcome: AttemptOutcome<Deliver>, client: AnswerClient, options: AskOptions): RequestOutcome {
  const told = outcome.kind === 'complete' ? outcome.answer() : outcome
  if (client.isGone()) return { kind: 'client-gone' }
  if (told.kind !== 'failed' || !client.headersOut) return told
  // Headers went out early, so the error has to follow them.
  const { deps, places, request, stage, tee } = options
  const context = renderContext({ ...stage, deps, request, tee, place: places[0] })
  client.end(stage.call.dialect.createStreamRenderer(context).fail(told.error))
  return { kind: 'broken', error: told.error }
}
