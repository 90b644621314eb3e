import type { DialectName } from './chat-request.js'
import type { ErrorCode, GatewayError } from './errors.js'
import type { Usage } from './usage.js'

/**
 * Everything that is told about one request: filled by the stages as it passes them, settled exactly once, and the only
 * source of the log line and the figures. Never holds prompt, answer or key.
 */
export interface RequestRecord {
  readonly id: string
  /** Monotonic milliseconds. */
  readonly startedAtMs: number
  readonly dialect: DialectName
  readonly path: string
  tenant: string
  stream: boolean
  /** As the client wrote it. */
  requestedModel: string | undefined
  provider: string | undefined
  /** Catalogue id or `provider/name`. */
  model: string | undefined
  /** HTTP status sent, or 499 when the client went before one was. */
  status: number
  cache: CacheStatus
  /** Why the cache was passed by. */
  cacheReason: string | undefined
  cacheHit: CacheHit | undefined
  /** Cosine of the nearest kept prompt, when one was looked for. */
  similarity: number | undefined
  /** The value of `X-LLMRouter-Route`. */
  route: string | undefined
  readonly attempts: AttemptRecord[]
  dropped: readonly string[]
  usage: Usage | undefined
  /** Milliseconds from the request's arrival to the first committing event. */
  ttftMs: number | undefined
  durationMs: number
  bytesOut: number
  end: RequestEnd
  errorCode: ErrorCode | undefined
  /** The error itself, whose cause tells an operator where our own code failed. */
  failure: GatewayError | undefined
  /** The client's tags, for cost attribution. */
  metadata: Readonly<Record<string, string>> | undefined
  /** Milliseconds spent per stage, for `Server-Timing`. */
  readonly stagesMs: Partial<Record<Stage, number>>
}

export type Stage = 'parse' | 'analyse' | 'lookup' | 'route' | 'upstream' | 'embed'

export type CacheStatus = 'HIT' | 'MISS' | 'SKIP' | 'ONLY_MISS' | 'REFRESH' | 'JOIN'

export interface CacheHit {
  readonly kind: 'exact' | 'semantic'
  readonly entry: string
  /** Lower bound of P(the answer is right), of semantic hits in mode bounded. */
  readonly confidence: number | undefined
}

/** `failed`: the client got an error status; `broken`: the error came after the answer had begun. */
export type RequestEnd = 'complete' | 'failed' | 'broken' | 'client-gone'

export interface AttemptRecord {
  readonly provider: string
  readonly model: string
  readonly startedAtMs: number
  durationMs: number
  outcome: 'complete' | 'failed' | 'broken' | 'client-gone'
  errorCode: ErrorCode | undefined
  upstreamStatus: number | undefined
  /** The provider's own id of the call, for talking to its support. */
  upstreamRequestId: string | undefined
}
