import type { Socket } from 'node:net'
import { Client } from 'undici'
import { ConnectFailure } from './connect-failure.js'
import type { Address, ProxyAddress } from './dial.js'

export interface Tunnel {
  readonly target: Address
  readonly proxy: ProxyAddress
}

/**
 * Asks the proxy at the other end of `socket` to pass everything on to the target. Afterwards the socket is free for
 * whoever speaks to the target. `onDone` is not called when the socket closes first.
 */
export function openTunnel(socket: Socket, tunnel: Tunnel, onDone: (failure: ConnectFailure | null) => void): void {
  const { proxy } = tunnel
  const target = authority(tunnel.target)
  // An HTTP client for one request on a socket that is already open.
  const client = new Client(`http://${authority(proxy)}`, {
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(_target, callback) {
      // Not in this tick: the client notices a connection only after it has begun to wait for one.
      queueMicrotask(() => {
        if (socket.destroyed) callback(new ConnectFailure('proxy', 'error'), null)
        else callback(null, socket)
      })
    },
  })
  const headers = {
    host: target,
    ...(proxy.authorization !== undefined && { 'proxy-authorization': proxy.authorization }),
  }
  client.connect({ path: target, headers }, (error, answer) => {
    if (error !== null) onDone(new ConnectFailure('proxy', 'error', error))
    else if (answer.statusCode < 200 || answer.statusCode > 299) {
      onDone(new ConnectFailure('proxy', 'error', undefined, answer.statusCode))
    } else onDone(null)
  })
}

function authority({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
