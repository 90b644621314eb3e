import type { AttemptRecord, RequestRecord } from '../core/request-record.js'
import { formatTraceparent, parseTraceContext, type RequestTrace } from '../core/trace-context.js'
import type { TransportRequest } from '../transport/transport.js'
import type { PipelineDeps } from './deps.js'

/** The request's place in the client's trace, or in one of our own; undefined: nobody follows it. */
export function beginTrace(
  { traceparent, tracestate }: TransportRequest['headers'],
  tracer: PipelineDeps['tracer'],
): RequestTrace | undefined {
  const parent = parseTraceContext(traceparent, tracestate)
  if (tracer !== null) return tracer.begin(parent)
  return parent && { traceId: parent.traceId, parent, span: undefined }
}

const NONE: Readonly<Record<string, string>> = {}

/** What a provider is told of the trace its call belongs to: our span of the attempt, or what the client said. */
export function traceHeaders({ trace }: RequestRecord, { spanId }: AttemptRecord): Readonly<Record<string, string>> {
  if (trace === undefined) return NONE
  const { parent } = trace
  const traceparent = spanId === undefined ? parent?.traceparent : formatTraceparent(trace, spanId)
  if (traceparent === undefined) return NONE
  return parent?.tracestate === undefined ? { traceparent } : { traceparent, tracestate: parent.tracestate }
}
