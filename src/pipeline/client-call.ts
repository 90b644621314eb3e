import type { Dialect } from '../dialects/dialect.js'
import type { TransportRequest, TransportResponse } from '../transport/transport.js'

/** One request that passed the door: authenticated, of a known path, and about to be served. */
export interface ClientCall {
  readonly id: string
  readonly request: TransportRequest
  readonly response: TransportResponse
  readonly dialect: Dialect
  readonly tenant: string
  /** May this client use the model of this name? */
  readonly mayUse: (model: string) => boolean
  /** Headers the door adds to every answer (CORS). */
  readonly headers: Readonly<Record<string, string>>
}

/** Tells the one who is busy with the call that its client has gone. */
export interface ClientPresence {
  readonly gone: boolean
  /** Calls the listener when the client goes, at once if it has gone. Replaces the listener before it. */
  onGone(listener: () => void): void
}

export function watchPresence(response: TransportResponse): ClientPresence {
  let listener: (() => void) | undefined
  let gone = false
  response.onAborted(() => {
    gone = true
    listener?.()
  })
  return {
    get gone() {
      return gone
    },
    onGone(next) {
      listener = next
      if (gone) next()
    },
  }
}
