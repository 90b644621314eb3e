import net, { type Socket } from 'node:net'
import tls, { type SecureContext } from 'node:tls'
import { ConnectFailure, type ConnectStage } from './connect-failure.js'
import type { DnsCache } from './dns-cache.js'
import { openTunnel } from './proxy-tunnel.js'

export interface Address {
  /** A name or an IP literal without brackets. */
  readonly host: string
  readonly port: number
}

export interface ProxyAddress extends Address {
  readonly secure: boolean
  /** Value of `proxy-authorization`. */
  readonly authorization: string | undefined
}

export interface DialOptions {
  readonly target: Address
  readonly secure: boolean
  readonly proxy: ProxyAddress | undefined
  readonly trust: SecureContext
  readonly dns: DnsCache
  /** For everything together: name, TCP, proxy and TLS. */
  readonly connectTimeoutMs: number
}

/**
 * Opens a socket that is ready for HTTP. `onDone` is called once, never before `dial` has returned, and not after the
 * returned function has cancelled it.
 * @param servername asked for by TLS instead of the target's host
 */
export type Dial = (servername: string | null, onDone: DialDone) => () => void
export type DialDone = (failure: ConnectFailure | null, socket: Socket | null) => void

/** An address may take so long before the next one of the same name is tried beside it. */
const NEXT_ADDRESS_MS = 1000
/** Keeps NAT tables and load balancers from forgetting a connection whose answer takes minutes. */
const PROBE_AFTER_MS = 60_000

export function createDial(options: DialOptions): Dial {
  const { target, proxy } = options
  /** The newest TLS session, so that the next handshake is a short one. */
  let session: Buffer | undefined

  return (servername, onDone) => {
    let stage: ConnectStage = proxy === undefined ? 'tcp' : 'proxy'
    let current: Socket | undefined
    let settled = false
    const timer = setTimeout(() => fail(new ConnectFailure(stage, 'timeout')), options.connectTimeoutMs)

    function settle(): boolean {
      if (settled) return false
      settled = true
      clearTimeout(timer)
      return true
    }
    function fail(failure: ConnectFailure): void {
      if (!settle()) return
      current?.destroy()
      // The name may point elsewhere by now.
      if (stage !== 'tls') options.dns.forget((proxy ?? target).host)
      onDone(failure, null)
    }
    function succeed(socket: Socket): void {
      if (settle()) onDone(null, socket)
    }
    function watch(socket: Socket, ready: 'connect' | 'secureConnect', next: () => void): Socket {
      current = socket
      socket.once(ready, () => {
        if (!settled) next()
      })
      // Stays for the life of the socket: an error after the connection is the HTTP client's, but never unhandled.
      socket.on('error', (error) => fail(new ConnectFailure(stage, 'error', error)))
      socket.once('close', () => fail(new ConnectFailure(stage, 'error')))
      return socket
    }

    function reachTarget(): void {
      if (options.secure) startTls(undefined)
      else {
        const socket = openTcp(target, options.dns)
        watch(socket, 'connect', () => succeed(socket))
      }
    }
    function startTls(through: Socket | undefined): void {
      if (through !== undefined) stage = 'tls'
      const socket = openTls(target, options, { through, servername, session })
      socket.once('connect', () => {
        stage = 'tls'
      })
      socket.on('session', (fresh) => {
        session = fresh
      })
      watch(socket, 'secureConnect', () => succeed(socket))
    }
    function reachProxy(address: ProxyAddress): void {
      const socket = address.secure ? openTls(address, options, {}) : openTcp(address, options.dns)
      watch(socket, address.secure ? 'secureConnect' : 'connect', () => {
        openTunnel(socket, { target, proxy: address }, (failure) => {
          if (failure !== null) fail(failure)
          else if (settled) socket.destroy()
          else if (options.secure) startTls(socket)
          else succeed(socket)
        })
      })
    }

    if (proxy === undefined) reachTarget()
    else reachProxy(proxy)
    return () => {
      if (settle()) current?.destroy()
    }
  }
}

function openTcp(address: Address, dns: DnsCache): Socket {
  return net.connect(tcpOptions(address, dns))
}

function tcpOptions(address: Address, { lookup }: DnsCache) {
  return {
    host: address.host,
    port: address.port,
    lookup,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: PROBE_AFTER_MS,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    highWaterMark: 64 * 1024,
  }
}

interface TlsSession {
  readonly through?: Socket | undefined
  readonly servername?: string | null
  readonly session?: Buffer | undefined
}

function openTls(address: Address, options: DialOptions, { through, servername, session }: TlsSession): Socket {
  // IP literals have no server name; the certificate is checked against the address then.
  const name = servername ?? (net.isIP(address.host) === 0 ? address.host : undefined)
  return tls.connect({
    ...tcpOptions(address, options.dns),
    secureContext: options.trust,
    ALPNProtocols: ['http/1.1'],
    ...(through !== undefined && { socket: through }),
    ...(name !== undefined && { servername: name }),
    ...(session !== undefined && { session }),
  })
}
