import type { Clock } from '../../core/clock.js'
import { formatUsd } from '../../core/money/money.js'
import type { RequestRecord } from '../../core/request-record.js'
import { overheadMsOf } from '../../telemetry/latency/record-times.js'
import { explainRequest } from './explain-request.js'
import type { RecentRequest } from './stats.js'

const MOST = 50
/** Characters of a prompt. */
const MOST_SHOWN = 500

/** The last requests. Their records are kept as they are, and put into words only when somebody asks. */
export function createRecentRequests(clock: Clock) {
  const records: Noted[] = []
  let next = 0
  return {
    note(record: RequestRecord): void {
      records[next] = { record, epochOfZeroMs: clock.epochMs() - clock.now() }
      next = (next + 1) % MOST
    },
    /** Newest first. */
    list(): readonly RecentRequest[] {
      const inOrder = [...records.slice(next), ...records.slice(0, next)]
      return inOrder.reverse().map(describe)
    },
  }
}

interface Noted {
  readonly record: RequestRecord
  /** When the monotonic clock was 0, as the other one had it then: what is told of a request stays the same. */
  readonly epochOfZeroMs: number
}

function describe({ epochOfZeroMs, record }: Noted): RecentRequest {
  const { cacheHit, routing, usage } = record
  return {
    id: record.id,
    at: new Date(epochOfZeroMs + record.startedAtMs).toISOString(),
    tenant: record.tenant,
    key: record.keyName ?? null,
    path: record.path,
    stream: record.stream,
    requested_model: record.requestedModel?.slice(0, 200) ?? null,
    provider: record.provider ?? null,
    model: record.model ?? null,
    status: record.status,
    end: record.end,
    error: record.errorCode ?? null,
    reason: explainRequest(record),
    prompt: record.said?.prompt.slice(0, MOST_SHOWN) ?? null,
    cache: record.cache,
    cache_kind: cacheHit?.kind ?? null,
    entry: cacheHit?.entry ?? null,
    similarity: rounded(record.similarity),
    confidence: rounded(cacheHit?.confidence),
    score: rounded(routing?.complexity),
    threshold: rounded(routing?.threshold),
    tries: record.attempts.map(({ cause, errorCode, model, outcome, provider }) => ({
      provider,
      model,
      cause,
      outcome,
      error: errorCode ?? null,
    })),
    input_tokens: usage?.inputTokens ?? null,
    output_tokens: usage?.outputTokens ?? null,
    ttft_ms: rounded(record.ttftMs),
    duration_ms: rounded(record.durationMs) ?? 0,
    overhead_ms: rounded(overheadMsOf(record)),
    cost_usd: record.cost === undefined ? null : formatUsd(record.cost),
    saved_usd: formatUsd(record.savings.reduce((sum, { amount }) => sum + amount, 0n)),
  }
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 10_000) / 10_000
}
