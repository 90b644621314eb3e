import type { GatewayError } from '../core/errors.js'
import { type ModelSpec, pricesOfSpec } from '../core/model-spec.js'
import type { AttemptCause, AttemptReason, AttemptRecord, RequestRecord } from '../core/request-record.js'
import type { PipelineDeps } from './deps.js'

export interface AttemptStart {
  readonly deps: Pick<PipelineDeps, 'clock' | 'tracer'>
  readonly record: RequestRecord
  readonly provider: { readonly name: string }
  readonly target: ModelSpec
  readonly cause: AttemptCause
  readonly reason?: AttemptReason | undefined
  readonly insteadOf?: string | undefined
}

/** Enters a try at a provider into the request's record. */
export function beginAttempt({
  cause,
  deps,
  insteadOf,
  provider,
  reason,
  record,
  target,
}: AttemptStart): AttemptRecord {
  const entry: AttemptRecord = {
    provider: provider.name,
    model: target.id,
    upstreamName: target.upstreamName,
    cause,
    prices: pricesOfSpec(target),
    spanId: record.trace?.span === undefined ? undefined : deps.tracer?.createSpanId(),
    reason,
    insteadOf,
    startedAtMs: deps.clock.now(),
    startedEpochMs: deps.clock.epochMs(),
    ttftMs: undefined,
    usage: undefined,
    writtenCharacters: 0,
    cost: undefined,
    durationMs: 0,
    upstreamMs: undefined,
    outcome: 'failed',
    errorCode: undefined,
    upstreamStatus: undefined,
    upstreamRequestId: undefined,
  }
  record.attempts.push(entry)
  return entry
}

/** The provider has said all it had to say; what follows is our own work. */
export function noteLastByte(entry: AttemptRecord, atMs: number): void {
  entry.upstreamMs = atMs - entry.startedAtMs
}

export interface AttemptEnd {
  readonly kind: AttemptRecord['outcome']
  readonly error?: GatewayError
}

export function finishAttempt(entry: AttemptRecord, outcome: AttemptEnd, nowMs: number): void {
  entry.durationMs = nowMs - entry.startedAtMs
  entry.upstreamMs ??= entry.durationMs
  entry.outcome = outcome.kind
  if (outcome.error !== undefined) {
    entry.errorCode = outcome.error.code
    entry.upstreamStatus = outcome.error.upstreamStatus ?? entry.upstreamStatus
    entry.upstreamRequestId = outcome.error.upstreamRequestId ?? entry.upstreamRequestId
  }
}

export function noteHeaders(entry: AttemptRecord, headers: Readonly<Record<string, string | undefined>>): void {
  entry.upstreamRequestId = headers['request-id'] ?? headers['x-request-id']
}
