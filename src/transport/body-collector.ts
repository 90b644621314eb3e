import { GatewayError } from '../core/errors.js'

export interface BodyLimits {
  readonly maxBytes: number
  /** No byte for so long: too slow. */
  readonly idleMs: number
  /** Beyond this, every KiB received buys one more second, so that a trickle of single bytes comes to an end too. */
  readonly graceMs: number
}

const FIRST_CAPACITY = 16 * 1024
const MS_PER_RECEIVED_KIB = 1000
const NOTHING = new Uint8Array(0)

type State = 'receiving' | 'complete' | 'failed'

/**
 * Gathers one request body under limits that hold while reading. Bytes go into one growing buffer, never into a list,
 * so that a body of single bytes costs what any other body costs.
 */
export class BodyCollector {
  #state: State = 'receiving'
  #buffer: Uint8Array = NOTHING
  #length = 0
  #error: GatewayError | undefined
  #waiting: { resolve: (body: Uint8Array) => void; reject: (error: GatewayError) => void } | undefined
  #startedAt: number | undefined
  #lastByteAt = 0
  #moved = false
  readonly #limits: BodyLimits
  readonly #declaredBytes: number | undefined

  /** A declared length over the limit fails at once. */
  constructor(limits: BodyLimits, declaredBytes: number | undefined) {
    this.#limits = limits
    this.#declaredBytes = declaredBytes
    if (declaredBytes !== undefined && declaredBytes > limits.maxBytes) this.fail(this.#tooLarge())
  }

  get state(): State {
    return this.#state
  }

  /** Copies the bytes. What comes after a failure is dropped. */
  push(bytes: Uint8Array): void {
    this.#moved = true
    if (this.#state !== 'receiving') return
    const length = this.#length + bytes.byteLength
    if (length > this.#limits.maxBytes) {
      this.fail(this.#tooLarge())
      return
    }
    if (length > this.#buffer.byteLength) this.#grow(length)
    this.#buffer.set(bytes, this.#length)
    this.#length = length
  }

  complete(): void {
    if (this.#state !== 'receiving') return
    this.#state = 'complete'
    if (this.#waiting === undefined) return
    this.#waiting.resolve(this.#take())
    this.#waiting = undefined
  }

  fail(error: GatewayError): void {
    if (this.#state !== 'receiving') return
    this.#state = 'failed'
    this.#error = error
    this.#buffer = NOTHING
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }

  /** The connection is gone, or the answer over. Not a word if the body is complete, as it usually is. */
  abandon(): void {
    if (this.#state !== 'receiving') return
    this.fail(new GatewayError('client_closed', 'The client has gone before its request was complete.'))
  }

  /**
   * To be called now and then while receiving: fails the body when its sender is too slow. Times start with the first
   * call.
   * @returns false when it has failed.
   */
  checkPace(nowMs: number): boolean {
    if (this.#startedAt === undefined || this.#moved) {
      this.#startedAt ??= nowMs
      this.#lastByteAt = nowMs
      this.#moved = false
    }
    const { idleMs, graceMs } = this.#limits
    const problem =
      nowMs - this.#lastByteAt >= idleMs
        ? `No byte of the request body came for ${idleMs} ms.`
        : nowMs - this.#startedAt >= graceMs + (this.#length / 1024) * MS_PER_RECEIVED_KIB
          ? 'The request body came too slowly.'
          : undefined
    if (problem !== undefined) this.fail(new GatewayError('request_timeout', problem))
    return problem === undefined
  }

  body(): Promise<Uint8Array> {
    if (this.#error !== undefined) return Promise.reject(this.#error)
    if (this.#state === 'complete') return Promise.resolve(this.#take())
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  /** Doubles, but never beyond what was declared, nor trusts a declaration with memory before its bytes are there. */
  #grow(needed: number): void {
    const ceiling = this.#declaredBytes ?? this.#limits.maxBytes
    const wanted = Math.max(this.#buffer.byteLength * 2, FIRST_CAPACITY)
    const larger = Buffer.allocUnsafe(Math.max(needed, Math.min(wanted, ceiling)))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
  }

  #take(): Uint8Array {
    const body = this.#buffer.subarray(0, this.#length)
    this.#buffer = NOTHING
    return body
  }

  #tooLarge(): GatewayError {
    return new GatewayError('request_too_large', `The request body is larger than ${this.#limits.maxBytes} bytes.`)
  }
}
