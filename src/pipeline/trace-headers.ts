import type { RequestRecord } from '../core/request-record.js'

const NONE: Readonly<Record<string, string>> = {}

/** What a provider is told of the trace its call belongs to. Nobody follows it: nothing. */
export function traceHeaders({ trace }: RequestRecord): Readonly<Record<string, string>> {
  if (trace === undefined) return NONE
  const { traceparent, tracestate } = trace
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate }
}
