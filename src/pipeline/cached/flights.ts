import { type AnswerCollector, createAnswerCollector, eventsOf } from '../../core/answer-collector.js'
import type { ChatResponse } from '../../core/chat-response.js'
import type { GatewayError } from '../../core/errors.js'
import type { ReasoningOrigin } from '../../core/message.js'
import type { StreamEvent } from '../../core/stream-event.js'

/** Answers that are just being made, by exact key: whoever asks the same meanwhile is given the same answer. */
export interface Flights {
  find(key: string): Flight | undefined
  /** Nobody else may be making this answer. */
  open(key: string): OwnFlight
}

/** An answer in the making, as its followers see it. */
export interface Flight {
  /** Undefined: no model has been chosen yet. */
  readonly source: AnswerSource | undefined
  readonly events: readonly StreamEvent[]
  readonly state: FlightState
  /** Calls the listener when there are more events, or another state. @returns ends it */
  follow(listener: () => void): () => void
}

export type FlightState =
  | { readonly kind: 'under-way' }
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: GatewayError }

export interface AnswerSource {
  readonly provider: string
  /** Catalogue id. */
  readonly model: string
  readonly upstreamName: string
  /** Whose signatures the reasoning carries. */
  readonly origin: ReasoningOrigin
  /** It answers for another model, which was asked for by name. */
  readonly isStandIn?: boolean
}

/** The same, as the one whose request it is sees it. */
export interface OwnFlight extends Flight {
  /** Again for every attempt; nothing has been pushed before the one that answers. */
  begin(source: AnswerSource): void
  push(event: StreamEvent): void
  /** An answer that came in one piece. */
  land(response: ChatResponse): void
  /** The answer is whole. It can still be joined until it is closed. */
  complete(): void
  fail(error: GatewayError): void
  /** Nobody finds it any more. */
  close(): void
  /** The whole answer so far. */
  response(): ChatResponse
  readonly followers: number
  /** Calls the listener when a follower comes or goes. */
  onAudience(listener: () => void): void
}

export function createFlights(): Flights {
  const flights = new Map<string, OwnFlight>()
  return {
    find: (key) => flights.get(key),
    open(key) {
      const flight = createFlight(() => {
        if (flights.get(key) === flight) flights.delete(key)
      })
      flights.set(key, flight)
      return flight
    },
  }
}

function createFlight(onClose: () => void): OwnFlight {
  const events: StreamEvent[] = []
  const followers = new Set<() => void>()
  let collector: AnswerCollector | undefined
  let audienceChanged: () => void = () => {}

  function wake(): void {
    for (const listener of [...followers]) listener()
  }
  function push(event: StreamEvent): void {
    events.push(event)
    collector?.push(event)
  }
  function end(next: FlightState): void {
    if (flight.state.kind !== 'under-way') return
    flight.state = next
    wake()
  }

  const flight: { -readonly [Name in keyof OwnFlight]: OwnFlight[Name] } = {
    source: undefined,
    state: { kind: 'under-way' },
    followers: 0,
    events,
    begin(chosen) {
      flight.source = chosen
      collector = createAnswerCollector(chosen.origin)
    },
    push(event) {
      push(event)
      wake()
    },
    land(response) {
      for (const event of eventsOf(response)) push(event)
      wake()
    },
    complete: () => end({ kind: 'complete' }),
    fail(error) {
      if (flight.state.kind !== 'under-way') return
      end({ kind: 'failed', error })
      onClose()
    },
    close: onClose,
    response() {
      if (collector === undefined) throw new Error('The answer has not begun.')
      return collector.response()
    },
    follow(listener) {
      followers.add(listener)
      flight.followers = followers.size
      audienceChanged()
      return () => {
        if (!followers.delete(listener)) return
        flight.followers = followers.size
        audienceChanged()
      }
    },
    onAudience(listener) {
      audienceChanged = listener
    },
  }
  return flight
}
