import { type DestinationStream, destination, type Logger, pino } from 'pino'
import type { GatewayError } from '../core/errors.js'
import type { BackgroundCall } from '../core/money/background-call.js'
import { formatUsd } from '../core/money/money.js'
import type { AttemptRecord, RequestRecord } from '../core/request-record.js'

export type { Logger } from 'pino'

/** Lines wait to be written together until they are so many bytes, or so many milliseconds old. */
const BATCH_BYTES = 4096
const BATCH_MS = 100

/**
 * JSON lines on standard output. Written asynchronously and in batches, so that neither a slow reader of the log nor
 * the writing itself slows a request; `flush` before exiting.
 */
export function createLogger(level: string, stream: DestinationStream = createBatchedOutput()): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream)
}

function createBatchedOutput(): DestinationStream {
  const output = destination({ fd: 1, sync: false, minLength: BATCH_BYTES })
  setInterval(() => output.flush(), BATCH_MS).unref()
  return output
}

/** One line a request. Never a key; what was said only where the record holds it: else all are names, numbers and codes. */
export function logRequest(log: Logger, record: RequestRecord): void {
  const last = record.attempts.at(-1)
  const line = {
    id: record.id,
    traceId: record.traceId,
    tenant: record.tenant,
    key: record.keyName,
    dialect: record.dialect,
    path: record.path,
    stream: record.stream,
    provider: record.provider,
    model: record.model ?? record.requestedModel?.slice(0, 200),
    status: record.status,
    end: record.end,
    error: record.errorCode,
    param: record.failure?.param ?? undefined,
    cache: record.cache,
    cacheKind: record.cacheHit?.kind,
    cacheEntry: record.cacheHit?.entry,
    cacheReason: record.cacheReason,
    cacheKey: record.cacheKey,
    near: record.near && { entry: record.near.entry, bound: fourDigits(record.near.bound) },
    similarity: fourDigits(record.similarity),
    confidence: fourDigits(record.cacheHit?.confidence),
    ...(record.routing !== undefined && {
      routing: {
        ...record.routing,
        complexity: fourDigits(record.routing.complexity),
        threshold: fourDigits(record.routing.threshold),
      },
    }),
    costUsd: record.cost === undefined ? undefined : formatUsd(record.cost),
    savedUsd: record.savings.length === 0 ? undefined : savedUsd(record),
    dropped: record.dropped.length === 0 ? undefined : record.dropped,
    inputTokens: record.usage?.inputTokens,
    outputTokens: record.usage?.outputTokens,
    cachedTokens: record.usage?.cachedTokens,
    cacheWriteTokens: record.usage?.cacheWriteTokens,
    cacheWriteLongTokens: record.usage?.cacheWriteLongTokens,
    reasoningTokens: record.usage?.reasoningTokens,
    audioTokens: record.usage?.audioTokens,
    searches: record.usage?.searches,
    tier: record.usage?.tier,
    ttftMs: rounded(record.ttftMs),
    durationMs: rounded(record.durationMs),
    bytesOut: record.bytesOut,
    attempts: record.attempts.length,
    detour: record.detour,
    tries: record.attempts.length > 1 ? record.attempts.map(shownAttempt) : undefined,
    upstreamStatus: last?.upstreamStatus,
    upstreamRequestId: last?.upstreamRequestId,
    metadata: record.metadata,
    prompt: record.said?.prompt,
    answer: record.said?.answer,
    ...(record.errorCode === 'internal_error' && { where: safeStack(record.failure) }),
  }
  if (record.status >= 500 || record.end === 'broken') log.warn(line, 'request')
  else log.info(line, 'request')
}

function savedUsd({ savings }: RequestRecord): Record<string, string> {
  return Object.fromEntries(savings.map(({ amount, cause }) => [cause, formatUsd(amount)]))
}

/** With more than one attempt, how each went. */
function shownAttempt(attempt: AttemptRecord): object {
  const { cause, cost, durationMs, errorCode, model, outcome, provider, reason, upstreamStatus } = attempt
  const costUsd = cost === undefined ? undefined : formatUsd(cost)
  return { provider, model, cause, reason, outcome, error: errorCode, upstreamStatus, costUsd, ms: rounded(durationMs) }
}

/** One line a call that no client asked for: it is paid for all the same. */
export function logBackgroundCall(log: Logger, { cause, cost, model, provider, usage }: BackgroundCall): void {
  const { inputTokens, outputTokens } = usage ?? {}
  const costUsd = cost === undefined ? undefined : formatUsd(cost)
  log.info({ cause, provider, model, inputTokens, outputTokens, costUsd }, 'background call')
}

export interface RefusedRequest {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly remoteAddress: string
  readonly error: GatewayError
}

/** A request that was answered before it became one of the pipeline's: wrong path, no key, draining. */
export function logRefusal(log: Logger, { error, ...request }: RefusedRequest): void {
  const line = { ...request, status: error.status, error: error.code, param: error.param ?? undefined }
  if (error.code === 'internal_error') log.error({ ...line, where: safeStack(error) }, 'refused')
  else log.info(line, 'refused')
}

/**
 * Where our own code failed, without the message: a parser's message may quote what it was parsing.
 */
export function safeStack(error: GatewayError | undefined): string | undefined {
  const cause = error?.cause
  if (!(cause instanceof Error)) return undefined
  const frames = cause.stack?.split('\n').filter((line) => /^ +at /.test(line)) ?? []
  return [cause.name, ...frames.slice(0, 8).map((line) => line.trim())].join(' < ')
}

/** As in headers: what decides on the fourth digit can be decided again. */
function fourDigits(share: number | undefined): number | undefined {
  return share === undefined ? undefined : Math.round(share * 10_000) / 10_000
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 100) / 100
}
