import type { GatewayError } from '../../core/errors.js'
import type { ClientStream } from '../../relay/relay-stream.js'
import type { OwnFlight } from './flights.js'

/** The client of a request whose answer others may be waiting for too. */
export interface SharedClient extends ClientStream {
  /** The client itself has gone, though the answer goes on for others. */
  readonly gone: boolean
}

/**
 * While others follow the answer, its own client neither ends it by going nor holds it up by being slow: the rest of what
 * it has not taken lies in the transport, which closes clients that take nothing for long.
 */
export function shareClient(client: ClientStream, flight: OwnFlight): SharedClient {
  let gone = false
  let tellGone: ((cut?: GatewayError) => void) | undefined
  let release: (() => void) | undefined

  flight.onAudience(() => {
    if (flight.followers > 0) release?.()
    else if (gone) desert()
  })

  /** Nobody may join an answer that is being given up. */
  function desert(): void {
    flight.close()
    tellGone?.()
  }

  return {
    get gone() {
      return gone
    },
    commit() {
      if (!gone) client.commit()
    },
    write: (chunk) => gone || client.write(chunk) || flight.followers > 0,
    drained: () =>
      new Promise((resolve) => {
        release = resolve
        void client.drained().then(resolve)
      }),
    end(chunk) {
      if (!gone) client.end(chunk)
    },
    onGone(listener) {
      tellGone = listener
      client.onGone((cut) => {
        if (cut !== undefined) return listener(cut)
        gone = true
        release?.()
        if (flight.followers === 0) desert()
      })
    },
  }
}
