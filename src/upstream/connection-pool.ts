import { GatewayError } from '../core/errors.js'
import type { Connection } from './connection.js'

/** Somebody who wants a connection. One of the two is called, once, unless withdrawn before. */
export interface Applicant {
  grant(connection: Connection): void
  refuse(error: GatewayError): void
}

/** The connections of one upstream: the warmest idle one first, new ones up to the limit, then a queue. */
export interface ConnectionPool {
  apply(applicant: Applicant): void
  /** For an applicant that still waits. */
  withdraw(applicant: Applicant): void
  /** The call ended cleanly: its connection serves the next one. */
  release(connection: Connection): void
  /** The call broke or was aborted: its connection is closed at once. */
  discard(connection: Connection): void
  /** Keeps no connection idle from now on. Resolves when the last call has ended. */
  retire(): Promise<void>
  close(): Promise<void>
}

export interface ConnectionPoolOptions {
  readonly maxConnections: number
  readonly open: (onDisconnect: (connection: Connection) => void) => Connection
  /** Told to applicants once the pool is closed. */
  readonly closedMessage: string
}

export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const all = new Set<Connection>()
  /** A stack: those at the bottom fall out of use and time out. */
  const idle: Connection[] = []
  const waiting = new Set<Applicant>()
  let state: 'open' | 'retired' | 'closed' = 'open'
  const onQuiet: (() => void)[] = []

  function open(): Connection {
    const connection = options.open(forgetIdle)
    all.add(connection)
    return connection
  }

  function forgetIdle(connection: Connection): void {
    const index = idle.lastIndexOf(connection)
    if (index !== -1) close(idle.splice(index, 1))
  }

  function close(connections: readonly Connection[]): void {
    for (const connection of connections) {
      all.delete(connection)
      void connection.destroy()
    }
    if (all.size === 0 && state !== 'open') for (const resolve of onQuiet.splice(0)) resolve()
  }

  function nextApplicant(): Applicant | undefined {
    const [next] = waiting
    if (next !== undefined) waiting.delete(next)
    return next
  }

  return {
    apply(applicant) {
      if (state === 'closed') return applicant.refuse(new GatewayError('upstream_error', options.closedMessage))
      const connection = idle.pop()
      if (connection !== undefined) applicant.grant(connection)
      else if (all.size < options.maxConnections) applicant.grant(open())
      else waiting.add(applicant)
    },
    withdraw(applicant) {
      waiting.delete(applicant)
    },
    release(connection) {
      connection.letGo()
      const next = nextApplicant()
      if (next !== undefined) next.grant(connection)
      else if (state === 'open') idle.push(connection)
      else close([connection])
    },
    discard(connection) {
      if (!all.has(connection)) return
      close([connection])
      if (state !== 'closed') nextApplicant()?.grant(open())
    },
    retire() {
      if (state === 'open') state = 'retired'
      close(idle.splice(0))
      return new Promise((resolve) => {
        if (all.size === 0) resolve()
        else onQuiet.push(resolve)
      })
    },
    async close() {
      state = 'closed'
      for (const applicant of [...waiting]) {
        waiting.delete(applicant)
        applicant.refuse(new GatewayError('upstream_error', options.closedMessage))
      }
      idle.length = 0
      const connections = [...all]
      all.clear()
      await Promise.all(connections.map((connection) => connection.destroy()))
      close([])
    },
  }
}
