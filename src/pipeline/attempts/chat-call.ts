import type { ChatRequest } from '../../core/chat-request.js'
import type { ProviderAdapter } from '../../providers/provider.js'
import { beginAttempt, finishAttempt } from '../attempt-record.js'
import { formatHeaders } from '../format-headers.js'
import { refuseDrops } from '../refuse-drops.js'
import type { RequestOutcome } from '../request-desk.js'
import { traceHeaders } from '../trace-headers.js'
import { answerInPieces } from './answer-in-pieces.js'
import { answerWhole } from './answer-whole.js'
import { type ChatAttempt, type ChatOptions, type Deliver, originOf } from './chat-attempt.js'
import { withCountablePrices } from './countable-prices.js'
import type { Call, Place } from './place.js'

/** Above this many tokens Anthropic wants to be streamed, or the connection may time out before the answer is done. */
const LONG_ANSWER_TOKENS = 21_333

/** @throws GatewayError when the request cannot be said in the provider's format */
export function prepareChatCall(options: ChatOptions, place: Place): Call<Deliver> {
  const { deps, record, request, runtime } = options
  const { provider, target } = place
  const { adapter } = provider
  const scope = { tenant: options.call.tenant, origin: originOf(adapter), model: target.upstreamName }
  const passThrough = adapter.sameDialect === request.dialect
  const restored = passThrough ? request : deps.reasoning.restore(request, scope)
  const streamed = request.stream || (!passThrough && needsStreaming(adapter, request))

  const wire = adapter.encodeRequest(restored, { model: target, stream: streamed })
  refuseDrops(wire.dropped, runtime.strict, provider.name)
  const headers = {
    'content-type': 'application/json',
    accept: streamed ? 'text/event-stream' : 'application/json',
    ...wire.headers,
    ...(passThrough && formatHeaders(options.call)),
  }

  const priced = withCountablePrices(target, request, adapter)

  return async (go) => {
    nameAnswer(options, place, wire.dropped)
    const entry = beginAttempt({ deps, record, provider, target: priced, ...go.occasion })
    const attempt: ChatAttempt = {
      deps,
      runtime,
      call: options.call,
      client: options.client,
      request,
      record,
      tee: options.tee,
      overhear: options.overhear,
      place,
      go,
      entry,
      upstreamRequest: {
        method: 'POST',
        path: wire.path,
        headers: { ...headers, ...traceHeaders(record, entry), ...provider.headersOf(go.key) },
        body: wire.body,
      },
      streamed,
      remember: passThrough ? undefined : deps.reasoning.observe(scope),
    }
    const outcome = request.stream ? await answerInPieces(attempt) : await answerWhole(attempt)
    const isCancelled = go.isCancelled() && outcome.kind === 'client-gone'
    finishAttempt(entry, isCancelled ? { kind: 'cancelled' } : outcome, deps.clock.now())
    if (outcome.kind !== 'rejected') return outcome
    const answer = (): RequestOutcome => {
      nameAnswer(options, place, wire.dropped)
      entry.outcome = 'complete'
      return outcome.answer()
    }
    return { ...outcome, answer }
  }
}

/** Who answers, as far as is known: for the record, the headers, and those who follow the answer. */
function nameAnswer({ record, tee }: ChatOptions, place: Place, dropped: readonly string[]): void {
  const { provider, target } = place
  record.provider = provider.name
  record.model = target.id
  record.dropped = dropped
  record.detour = place.detour
  tee?.flight.begin({
    provider: provider.name,
    model: target.id,
    upstreamName: target.upstreamName,
    origin: originOf(provider.adapter),
    // Later requests for the chosen model want that model's answer.
    isStandIn: place.detour === 'fallback' && record.routing === undefined,
  })
}

/** With an effort, Anthropic's limit of tokens is raised to leave room for the thinking, often above the long limit. */
function needsStreaming(adapter: ProviderAdapter, request: ChatRequest): boolean {
  if (adapter.type !== 'anthropic') return false
  return request.reasoning !== undefined || (request.maxTokens ?? 0) > LONG_ANSWER_TOKENS
}
