/** How far a connection had come: name and TCP, the proxy, or the TLS handshake with the target. */
export type ConnectStage = 'tcp' | 'proxy' | 'tls'

/**
 * Why no connection came about. A class of our own because undici tries again, forever, when a connector fails with
 * one of its own socket errors.
 */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure'
  readonly stage: ConnectStage
  readonly kind: 'error' | 'timeout'
  /** The proxy's answer, when it refused. */
  readonly proxyStatus: number | undefined

  constructor(stage: ConnectStage, kind: 'error' | 'timeout', cause?: unknown, proxyStatus?: number) {
    super(`${stage} ${kind}`, { cause })
    this.stage = stage
    this.kind = kind
    this.proxyStatus = proxyStatus
  }

  /** The system's or OpenSSL's name for it. */
  get systemCode(): string | undefined {
    return systemCodeOf(this.cause)
  }
}

/** Several addresses that failed arrive as one error that lists the others. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof AggregateError ? systemCodeOf(error.errors[0]) : undefined
}
