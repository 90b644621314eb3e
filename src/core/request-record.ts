import type { DialectName } from './chat-request.js'
import type { ErrorCode, GatewayError } from './errors.js'
import type { PriceBand } from './model-spec.js'
import type { PicoUsd } from './money/money.js'
import type { Saving } from './money/saving.js'
import type { RequestTrace } from './trace-context.js'
import type { Usage } from './usage.js'

/**
 * Everything that is told about one request: filled by the stages as it passes them, settled exactly once, and the only
 * source of the log line and the figures. Never holds a key, and what was said only where that is asked for.
 */
export interface RequestRecord {
  readonly id: string
  /** Of the trace it belongs to; undefined: nobody follows it. */
  readonly traceId: string | undefined
  readonly trace: RequestTrace | undefined
  /** Monotonic milliseconds. */
  readonly startedAtMs: number
  readonly dialect: DialectName
  readonly path: string
  tenant: string
  /** Name of the client's key; undefined on an open gateway. */
  keyName: string | undefined
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
  /** Digest of what was asked; undefined: it never came as far as the cache. */
  cacheKey: string | undefined
  /** The kept prompt that most probably asks the same. */
  near: NearPrompt | undefined
  /** Cosine of the nearest kept prompt, when one was looked for. */
  similarity: number | undefined
  /** How the model was chosen, of routed requests. */
  routing: RoutingNote | undefined
  readonly attempts: AttemptRecord[]
  /** Why it was another model that answered than the one chosen. */
  detour: Detour | undefined
  dropped: readonly string[]
  /** Of the answer the client got; on hits and joins that of the one it is a copy of. */
  usage: Usage | undefined
  /** What all its attempts cost together, 0 on hits and joins; undefined: not known, since a price or a count is not. */
  cost: PicoUsd | undefined
  /** What it did not cost; an amount that is not known is not among them. */
  savings: readonly Saving[]
  /** Milliseconds from the request's arrival to the first committing event. */
  ttftMs: number | undefined
  durationMs: number
  /** The part of it in which the client was still sending its request. */
  bodyMs: number
  bytesOut: number
  end: RequestEnd
  errorCode: ErrorCode | undefined
  /** The error itself, whose cause tells an operator where our own code failed. */
  failure: GatewayError | undefined
  /** Of chats, where the configuration wants it told; undefined: it is nobody's business. */
  said: Said | undefined
  /** The client's tags, for cost attribution. */
  metadata: Readonly<Record<string, string>> | undefined
  /** Milliseconds spent per stage, for `Server-Timing`. */
  readonly stagesMs: Partial<Record<Stage, number>>
  /** When each stage was; undefined: nobody records this trace, and so nobody asks. */
  readonly stages: StageNote[] | undefined
}

/** What was asked and what was answered, its beginning if it is long. */
export interface Said {
  /** Text of the last user turn. */
  readonly prompt: string
  /** Undefined: it was not whole. */
  answer: string | undefined
}

/** A stage that came about, or one part of it. */
export interface StageNote {
  readonly stage: Stage
  /** Monotonic milliseconds. */
  readonly startedAtMs: number
  readonly durationMs: number
}

export type Stage = 'parse' | 'analyse' | 'lookup' | 'route' | 'upstream' | 'embed'

export type CacheStatus = 'HIT' | 'MISS' | 'SKIP' | 'ONLY_MISS' | 'REFRESH' | 'JOIN'

export interface CacheHit {
  readonly kind: 'exact' | 'semantic'
  readonly entry: string
  /** Lower bound of P(the answer is right), of semantic hits in mode bounded. */
  readonly confidence: number | undefined
}

export interface NearPrompt {
  readonly entry: string
  /** Lower bound of P(its answer is right); undefined: nobody asked, in mode threshold. */
  readonly bound: number | undefined
}

/** `failed`: the client got an error status; `broken`: the error came after the answer had begun. */
export type RequestEnd = 'complete' | 'failed' | 'broken' | 'client-gone'

/** Why one model rather than another. */
export interface RoutingNote {
  readonly strategy: string
  /** P(the cheap model is not enough), when the prompt was scored. */
  readonly complexity: number | undefined
  readonly threshold: number | undefined
  readonly reason: string
  /** Catalogue ids: the one chosen, and the strong one that savings are counted against. */
  readonly selected: string
  readonly strong: string
}

/** `escalation`: the cheap model's answer was not good enough; `hedge`: the first one let us wait too long. */
export type AttemptCause = 'first' | 'retry' | 'fallback' | 'hedge' | 'escalation'

export type Detour = Extract<AttemptCause, 'fallback' | 'escalation'>

/** What made another attempt necessary: how the one before failed, or why it was not made at all. */
export type AttemptReason =
  | ErrorCode
  | 'breaker-open'
  | 'keys-resting'
  | 'late'
  | 'empty'
  | 'refused'
  | 'cut'
  | 'schema'

export interface AttemptRecord {
  readonly provider: string
  readonly model: string
  /** What the provider calls the model. */
  readonly upstreamName: string
  readonly cause: AttemptCause
  /** Of its model at its provider; empty: not known. */
  readonly prices: readonly PriceBand[]
  /** Of its span, as the provider was told; undefined: there is none. */
  readonly spanId: string | undefined
  /** Of all but the first attempts, and of a first one that was made elsewhere. */
  readonly reason: AttemptReason | undefined
  /** The model it was made instead of, of fallbacks and escalations. */
  readonly insteadOf: string | undefined
  readonly startedAtMs: number
  /** The same moment as Unix time, for prices that change. */
  readonly startedEpochMs: number
  /** From its own start to its first committing event. */
  ttftMs: number | undefined
  usage: Usage | undefined
  /** Of the answer, as far as it was seen in pieces: what a provider does not report to the end was used all the same. */
  writtenCharacters: number
  /** Undefined: not known. What was never answered cost nothing. */
  cost: PicoUsd | undefined
  durationMs: number
  /** The part of it until the provider's last byte, or until it was given up; undefined: not yet over. */
  upstreamMs: number | undefined
  /** `cancelled`: another attempt was faster; `rejected`: an answer that was not good enough to be shown. */
  outcome: 'complete' | 'failed' | 'broken' | 'client-gone' | 'cancelled' | 'rejected'
  errorCode: ErrorCode | undefined
  upstreamStatus: number | undefined
  /** The provider's own id of the call, for talking to its support. */
  upstreamRequestId: string | undefined
}
