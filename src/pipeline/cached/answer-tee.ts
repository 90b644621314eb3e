import type { AnswerCache } from '../../cache/answer-cache.js'
import type { CacheEntry, EntryMeaning } from '../../cache/entry/cache-entry.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { ChatResponse } from '../../core/chat-response.js'
import type { Clock } from '../../core/clock.js'
import type { GatewayError } from '../../core/errors.js'
import type { StreamEvent } from '../../core/stream-event.js'
import type { OwnFlight } from './flights.js'
import { mayKeep } from './may-keep.js'
import { createPaceRecorder } from './pace-recorder.js'

/** Where a fresh answer goes besides its client. Ended by the first `complete`, `giveUpFor` or `fail`. */
export interface AnswerTee {
  readonly flight: OwnFlight
  /** What the prompt means, once that is known: other prompts may be answered with this answer then. */
  means(meaning: EntryMeaning): void
  observe(event: StreamEvent, atMs: number): void
  /** Calls the listener with the whole answer when there is one. */
  onComplete(listener: (response: ChatResponse) => void): void
  /** After the last byte went out. */
  complete(): void
  /** The answer need not be made: a kept one does, for the followers too. */
  giveUpFor(entry: CacheEntry): void
  fail(error: GatewayError): void
}

export interface AnswerTeeOptions {
  readonly cache: AnswerCache
  readonly clock: Clock
  readonly flight: OwnFlight
  readonly id: string
  readonly about: Pick<CacheEntry['about'], 'tenant' | 'namespace' | 'modelClass'>
  /** What was asked. */
  readonly request: Pick<ChatRequest, 'responseFormat'>
  readonly ttlMs: number
  readonly excludeModels: ReadonlySet<string>
}

export function createAnswerTee(options: AnswerTeeOptions): AnswerTee {
  const { cache, clock, flight } = options
  const recorder = createPaceRecorder()
  let meaning: EntryMeaning | null = null
  let tell: ((response: ChatResponse) => void) | undefined

  async function keep(): Promise<void> {
    const { source } = flight
    const response = flight.response()
    if (source === undefined || source.isStandIn === true || !mayKeep(response, options.request)) return
    if (options.excludeModels.has(source.model)) return
    const { model, origin, provider, upstreamName } = source
    const storedAtMs = clock.epochMs()
    const about = { ...options.about, provider, model, storedAtMs, expiresAtMs: storedAtMs + options.ttlMs }
    const answer = { response, origin, upstreamName, pace: recorder.pace() }
    await cache.keep({ id: options.id, about, answer, semantic: meaning })
  }

  return {
    flight,
    means(known) {
      meaning = known
    },
    observe(event, atMs) {
      recorder.note(event, atMs)
      flight.push(event)
    },
    onComplete(listener) {
      tell = listener
    },
    complete() {
      flight.complete()
      tell?.(flight.response())
      // Until the answer is kept it can be joined: nobody falls between the two.
      void keep().finally(() => flight.close())
    },
    giveUpFor({ about, answer }) {
      const { model, provider } = about
      const { origin, upstreamName } = answer
      flight.begin({ provider, model, upstreamName, origin })
      flight.land(answer.response)
      flight.complete()
      flight.close()
    },
    fail: (error) => flight.fail(error),
  }
}
