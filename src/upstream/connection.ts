import type { Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import type { Dial } from './dial.js'

/** One keep-alive connection with at most one call on it. It opens, and opens again, when a call needs it. */
export interface Connection {
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void
  /** From now on nothing is taken from the socket, so that the provider feels the back-pressure. */
  hold(): void
  /** Takes up reading again, after the current stack has unwound. */
  letGo(): void
  /** Closes the socket at once, also one that is not open yet. A call on it fails. */
  destroy(): Promise<void>
}

export interface ConnectionOptions {
  readonly origin: string
  readonly dial: Dial
  readonly maxHeaderBytes: number
  /** The socket has closed; `dispatch` would open a new one. */
  readonly onDisconnect: () => void
}

/**
 * Idle sockets are closed before common servers close theirs (uvicorn and Node after 5 s): a request that meets a
 * closing socket is lost and may not be sent twice. A server's own `Keep-Alive: timeout` counts more.
 */
const IDLE_MS = 4_000
const IDLE_MAX_MS = 120_000
const IDLE_MARGIN_MS = 2_000

export function createConnection(options: ConnectionOptions): Connection {
  let cancelDial: (() => void) | undefined
  let socket: Socket | undefined
  let held = false
  /** Not a byte of the answer has been read. */
  let unanswered = false

  const client = new Client(options.origin, {
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MAX_MS,
    keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
    maxHeaderSize: options.maxHeaderBytes,
    connect(target, callback) {
      cancelDial = options.dial(target.servername ?? null, (failure, opened) => {
        if (opened === null) return callback(failure ?? new Error('no socket'), null)
        socket = opened
        guardReset(opened)
        gateReads(opened, { isHeld: () => held, onChunk })
        callback(null, opened)
      })
    },
  })
  client.on('disconnect', () => {
    socket = undefined
    options.onDisconnect()
  })

  function onChunk(chunk: Buffer): void {
    if (unanswered) skipContinue(chunk)
    unanswered = false
  }

  return {
    dispatch(request, handler) {
      unanswered = true
      client.dispatch(request, handler)
    },
    hold() {
      held = true
    },
    letGo() {
      if (!held) return
      held = false
      queueMicrotask(() => {
        if (!held) socket?.emit('readable')
      })
    },
    async destroy() {
      cancelDial?.()
      await client.destroy()
    },
  }
}

/**
 * Back-pressure by not reading: a held socket gives nothing, fills its buffer, and TCP does the rest. undici's own
 * pause stops its parser instead, and then a server that closes the connection meanwhile either throws an assertion
 * outside of any call, which ends the process, or turns an answer that had come completely into an error.
 */
function gateReads(socket: Socket, gate: { isHeld: () => boolean; onChunk: (chunk: Buffer) => void }): void {
  const read = socket.read
  socket.read = (size?: number) => {
    if (gate.isHeld()) return null
    const chunk: unknown = read.call(socket, size)
    if (Buffer.isBuffer(chunk)) gate.onChunk(chunk)
    return chunk
  }
}

/**
 * undici takes `100 Continue`, which nobody asked for but every client has to accept, as a reason to close. It does
 * ignore `102 Processing`. Only for the first bytes of an answer: further on they could be content.
 */
function skipContinue(chunk: Buffer): void {
  if (chunk.toString('latin1', 0, 13) === 'HTTP/1.1 100 ') chunk[11] = 0x32
}

/**
 * undici takes a reset in a body without a length for its proper end. Under another name it is an error like others.
 */
function guardReset(socket: Socket): void {
  socket.prependListener('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET') error.code = 'CONNECTION_RESET'
  })
}
