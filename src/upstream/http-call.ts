import type { Dispatcher } from 'undici'
import { GatewayError } from '../core/errors.js'
import { type CallPhase, type CallPlace, callFailure } from './call-failure.js'
import type { Connection } from './connection.js'
import type { Applicant, ConnectionPool } from './connection-pool.js'
import type { UpstreamCall, UpstreamHandler } from './upstream.js'

export interface HttpCallOptions {
  readonly pool: ConnectionPool
  readonly place: CallPlace
  readonly request: Dispatcher.DispatchOptions
  readonly handler: UpstreamHandler
}

type HeaderValues = Readonly<Record<string, string | string[] | undefined>>

/** One request and its answer, from undici's events to the handler's. */
export function startHttpCall(options: HttpCallOptions): UpstreamCall {
  const { handler, place, pool } = options
  let phase: CallPhase | 'over' = 'connecting'
  let paused = false
  let connection: Connection | undefined

  const applicant: Applicant = {
    grant(granted) {
      connection = granted
      if (paused) granted.hold()
      granted.dispatch(options.request, events)
    },
    refuse: fail,
  }

  const events: Dispatcher.DispatchHandler = {
    onRequestStart() {
      if (phase === 'connecting') phase = 'sent'
    },
    onResponseStart(_controller, status, headers) {
      if (phase !== 'sent' || status < 200) return
      phase = 'answering'
      const encoding = encodingOf(headers)
      if (encoding === undefined) handler.onResponse(status, joinRepeated(headers))
      else refuseEncoding(encoding, status, headers)
    },
    onResponseData(_controller, chunk) {
      if (phase === 'answering') handler.onData(chunk)
    },
    onResponseEnd() {
      if (phase !== 'answering') return
      phase = 'over'
      if (connection !== undefined) pool.release(connection)
      handler.onEnd()
    },
    onResponseError(_controller, error) {
      if (phase !== 'over') fail(callFailure(error, phase, place))
    },
  }

  /** Ends the call now, and tells the handler when the current stack has unwound, unless it has aborted by then. */
  function endLater(tell: () => void): void {
    if (phase === 'over') return
    stop()
    queueMicrotask(() => {
      if (!aborted) tell()
    })
  }

  function fail(error: GatewayError): void {
    endLater(() => handler.onError(error))
  }

  /**
   * We asked for `identity`. What comes compressed all the same cannot be read, but an error status says enough
   * without its body.
   */
  function refuseEncoding(encoding: string, status: number, headers: HeaderValues): void {
    if (status < 300) {
      const message = `The provider at ${place.provider} sent its answer compressed (content-encoding: ${encoding}) although it was asked not to.`
      fail(new GatewayError('upstream_error', message, { upstreamStatus: status }))
    } else {
      handler.onResponse(status, joinRepeated(headers))
      endLater(() => handler.onEnd())
    }
  }

  let aborted = false
  function stop(): void {
    phase = 'over'
    if (connection === undefined) pool.withdraw(applicant)
    else pool.discard(connection)
  }

  pool.apply(applicant)
  return {
    pause() {
      if (phase === 'over') return
      paused = true
      connection?.hold()
    },
    resume() {
      if (phase === 'over') return
      paused = false
      connection?.letGo()
    },
    abort() {
      aborted = true
      if (phase !== 'over') stop()
    },
  }
}

function encodingOf(headers: HeaderValues): string | undefined {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding === '') return undefined
  const text = String(encoding).toLowerCase()
  return text === 'identity' ? undefined : text
}

/** undici lower-cases names and gives repeated headers as a list. */
function joinRepeated(headers: HeaderValues): Readonly<Record<string, string | undefined>> {
  const joined: Record<string, string | undefined> = {}
  for (const name in headers) {
    const value = headers[name]
    joined[name] = typeof value === 'object' ? value.join(', ') : value
  }
  return joined
}
