import type { Clock } from '../../core/clock.js'
import type { RequestRecord } from '../../core/request-record.js'
import type { RequestTrace, TraceContext } from '../../core/trace-context.js'
import { buildTrace, type TraceSurroundings } from './build-trace.js'
import type { Trace } from './span.js'
import { createIds } from './span-ids.js'
import { createTraceQueue, type TraceCounts, type TraceQueueOptions } from './trace-queue.js'

/** Follows requests through the gateway and tells a collector of them when they are over. */
export interface Tracer {
  /** Decides whether the request is recorded. */
  begin(parent: TraceContext | undefined): RequestTrace
  createSpanId(): string
  /** Takes the record of a request that is over. Never waits. */
  settle(record: RequestRecord): void
  counts(): TraceCounts
  /** Sends what waits still, for as long as that may take. */
  close(): Promise<void>
}

export interface TracerOptions extends Pick<TraceSurroundings, 'scheme' | 'describeProvider'> {
  readonly clock: Clock
  readonly sampling: Sampling
  readonly collector: Collector
  readonly onLoss: TraceQueueOptions<RequestRecord>['onLoss']
}

/** Which requests are recorded. */
export interface Sampling {
  /** Where the client has decided, it has decided for us too. */
  readonly followsParent: boolean
  /** Of the other requests. */
  readonly share: number
}

/** Where traces go. */
export interface Collector {
  /** Rejects with the reason when they are not taken. */
  send(traces: readonly Trace[]): Promise<void>
  close(): Promise<void>
}

const FLUSH_MS = 5000
const SAMPLED = 1

export function createTracer({ clock, collector, onLoss, sampling, ...around }: TracerOptions): Tracer {
  const nextId = createIds()
  const createSpanId = (): string => nextId(8)
  const queue = createTraceQueue<RequestRecord>({
    build: (record) => buildTrace(record, { ...around, createSpanId, epochOffsetMs: clock.epochMs() - clock.now() }),
    send: collector.send,
    onLoss,
    nowMs: clock.now,
  })
  return {
    begin(parent) {
      const traceId = parent?.traceId ?? nextId(16)
      return { traceId, parent, span: { id: nextId(8), isSampled: isSampled(traceId, parent, sampling) } }
    },
    createSpanId,
    settle(record) {
      if (record.trace?.span?.isSampled === true) queue.add(record)
    },
    counts: queue.counts,
    async close() {
      await queue.close(FLUSH_MS)
      await collector.close()
    },
  }
}

/** By the trace's id, so that all who meet the trace decide alike. */
function isSampled(traceId: string, parent: TraceContext | undefined, { followsParent, share }: Sampling): boolean {
  if (followsParent && parent !== undefined) return (parent.flags & SAMPLED) === SAMPLED
  const randomness = Number.parseInt(traceId.slice(-13), 16)
  return randomness >= (1 - share) * 2 ** 52
}
