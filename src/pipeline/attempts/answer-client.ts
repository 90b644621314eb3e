import type { Clock } from '../../core/clock.js'
import type { RequestRecord } from '../../core/request-record.js'
import { startEarlyHeaders } from '../../relay/early-headers.js'
import type { AnswerSink, ClientStream } from '../../relay/relay-stream.js'
import { answerHeaders, earlyAnswerHeaders } from '../answer-headers.js'
import type { AnswerTee } from '../cached/answer-tee.js'
import { shareClient } from '../cached/shared-client.js'
import type { ClientCall, ClientPresence } from '../client-call.js'
import type { Runtime } from '../deps.js'
import { createWaiting, type Waiting } from './waiting.js'

/** The client of an answer, over all attempts at it; others may share the answer. */
export interface AnswerClient extends AnswerSink {
  /** The client itself has gone, though the answer may go on for others. */
  isGone(): boolean
  readonly headersOut: boolean
  readonly waiting: Waiting
  /** The answer begins: status and headers, unless they are out. */
  commit(): void
  /** There is no more to come. */
  release(): void
}

export interface AnswerClientOptions {
  readonly deps: { readonly clock: Clock }
  readonly runtime: Runtime
  readonly call: ClientCall
  readonly presence: ClientPresence
  readonly record: RequestRecord
  /** Where the answer goes besides its client. */
  readonly tee: AnswerTee | undefined
  /** No other model can answer than the one that is asked first, so headers may name it early. */
  readonly isCertain: boolean
}

export function createAnswerClient(options: AnswerClientOptions): AnswerClient {
  const { call, deps, presence, record, runtime, tee } = options
  const { response } = call

  function open(headers: Record<string, string>): void {
    if (answer.headersOut) return
    answer.headersOut = true
    record.status = 200
    response.writeHead(200, { ...headers, ...call.headers })
  }

  const own: ClientStream = {
    commit: () => open(answerHeaders(record)),
    write: (chunk) => response.write(chunk),
    drained: () => response.drained(),
    end: (chunk) => response.end(chunk),
    onGone: (listener) => presence.onGone(listener),
  }
  const shared = tee === undefined ? undefined : shareClient(own, tee.flight)
  const client = shared ?? own
  const isGone = (): boolean => shared?.gone ?? presence.gone
  const stopEarly = record.stream
    ? startEarlyHeaders({
        commit() {
          if (!isGone()) open(options.isCertain ? answerHeaders(record) : earlyAnswerHeaders(record))
        },
        client,
        timeouts: runtime.timeouts,
        clock: deps.clock,
      })
    : undefined

  const answer = {
    headersOut: false,
    isGone,
    waiting: createWaiting((listener) => client.onGone(listener)),
    commit() {
      stopEarly?.()
      client.commit()
    },
    release: () => stopEarly?.(),
    write: (chunk: string | Uint8Array) => client.write(chunk),
    drained: () => client.drained(),
    end: (chunk?: string | Uint8Array) => client.end(chunk),
  }
  return answer
}
