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
  let tellGone: ((cut?: GatewayError) => void) | undefined
  let release: (() => void) | undefined

  /** Nobody may join an answer that is being given up. */
  function desert(): void {
    flight.close()
    tellGone?.()
  }

  const shared = {
    gone: false,
    commit() {
      if (!shared.gone) client.commit()
    },
    write: (chunk: string | Uint8Array) => shared.gone || client.write(chunk) || flight.followers > 0,
    drained: () =>
      new Promise<void>((resolve) => {
        release = resolve
        void client.drained().then(resolve)
      }),
    end(chunk?: string | Uint8Array) {
      if (!shared.gone) client.end(chunk)
    },
    onGone(listener: (cut?: GatewayError) => void) {
      tellGone = listener
      client.onGone((cut) => {
        if (cut !== undefined) return listener(cut)
        shared.gone = true
        release?.()
        if (flight.followers === 0) desert()
      })
    },
  }
  flight.onAudience(() => {
    if (flight.followers > 0) release?.()
    else if (shared.gone) desert()
  })
  return shared
}
