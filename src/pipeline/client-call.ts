import type { GatewayError } from '../core/errors.js'
import type { KeyLimits } from '../core/limits/key-limits.js'
import type { Dialect } from '../dialects/dialect.js'
import type { TransportRequest, TransportResponse } from '../transport/transport.js'

/** One request that passed the door: authenticated, of a known path, and about to be served. */
export interface ClientCall {
  readonly id: string
  readonly request: TransportRequest
  readonly response: TransportResponse
  readonly dialect: Dialect
  readonly tenant: string
  /** Name of the client's key; undefined on an open gateway. */
  readonly keyName: string | undefined
  /** Of the client's key, as the configuration has it: tells one key from another of the same name. Not to be logged. */
  readonly keyHash: string | undefined
  /** Undefined on an open gateway. */
  readonly limits: KeyLimits | undefined
  /** May this client use the model of this name? */
  readonly mayUse: (model: string) => boolean
  /** May this client, who asks for `asked`, get an answer of the model with this id? */
  readonly mayAnswer: (asked: string, id: string) => boolean
  /** Sent with whatever the answer is (CORS). Who learns of more on the way adds them. */
  readonly headers: Record<string, string>
}

/** Tells the one who is busy with the call that its client has gone, or that the gateway has to cut it off. */
export interface ClientPresence {
  readonly gone: boolean
  /** Calls the listener when it happens, at once if it has happened. Replaces the listener before it. */
  onGone(listener: (cut?: GatewayError) => void): void
  /** Ends the call as if its provider had failed with this error. */
  cut(error: GatewayError): void
  /** The client has been sent away, and told why: from now on it is as good as gone. Others may go on with the answer. */
  dismiss(): void
  /**
   * The call is over. Lets go of the listener, and with it of the whole exchange: the transport may hold on to this
   * object a little longer, and what outlives one collection of the young generation is copied and promoted.
   */
  release(): void
}

export function watchPresence(response: TransportResponse): ClientPresence {
  let listener: ((cut?: GatewayError) => void) | undefined
  let cutWith: GatewayError | undefined
  function leave(): void {
    presence.gone = true
    listener?.()
  }
  const presence = {
    gone: false,
    onGone(next: (cut?: GatewayError) => void) {
      listener = next
      if (presence.gone) next()
      else if (cutWith !== undefined) next(cutWith)
    },
    cut(error: GatewayError) {
      cutWith = error
      if (!presence.gone) listener?.(error)
    },
    dismiss: leave,
    release() {
      listener = undefined
    },
  }
  response.onAborted(leave)
  return presence
}
