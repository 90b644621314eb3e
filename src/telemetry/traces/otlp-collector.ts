import {
  createTraceState,
  type Attributes as OtelAttributes,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { Attributes, Span, Trace } from './span.js'
import type { Collector } from './tracer.js'

export interface OtlpOptions {
  readonly url: string
  readonly format: 'protobuf' | 'json'
  readonly version: string
  readonly instanceId: string
}

/**
 * A collector that speaks OTLP over HTTP. The library reads the variables for headers, time-outs, compression, certificates
 * and the resource from the environment itself, and tries again when the collector asks for it.
 */
export function createOtlpCollector({ format, instanceId, url, version }: OtlpOptions): Collector {
  const Exporter = format === 'json' ? JsonExporter : ProtobufExporter
  const exporter = new Exporter({ url })
  const origin = {
    resource: describeGateway(version, instanceId),
    instrumentationScope: { name: 'llmrouter', version },
  }
  return {
    send: (traces) =>
      new Promise((resolve, reject) => {
        const spans = traces.flatMap((trace) => trace.spans.map((span) => toReadable(span, trace, origin)))
        exporter.export(spans, ({ code, error }) => {
          if (code === 0) resolve()
          else reject(error ?? new Error('the collector did not take them'))
        })
      }),
    close: () => exporter.shutdown(),
  }
}

/** What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say goes over what we say. */
function describeGateway(version: string, instanceId: string): Resource {
  const own = { 'service.name': 'llmrouter', 'service.version': version, 'service.instance.id': instanceId }
  return defaultResource()
    .merge(resourceFromAttributes(own))
    .merge(detectResources({ detectors: [envDetector] }))
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const

type Origin = Pick<ReadableSpan, 'resource' | 'instrumentationScope'>

function toReadable(span: Span, { isRemote, spans, state, traceId }: Trace, origin: Origin): ReadableSpan {
  const context = {
    traceId,
    traceFlags: TraceFlags.SAMPLED,
    ...(state !== undefined && { traceState: createTraceState(state) }),
  }
  const parentIsRemote = isRemote && span === spans[0]
  return {
    ...origin,
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => ({ ...context, spanId: span.spanId }),
    ...(span.parentId !== undefined && {
      parentSpanContext: { ...context, spanId: span.parentId, isRemote: parentIsRemote },
    }),
    startTime: toHrTime(span.startMs),
    endTime: toHrTime(span.endMs),
    duration: toHrTime(span.endMs - span.startMs),
    status:
      span.error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: span.error },
    attributes: toAttributes(span.attributes),
    links: [],
    events: [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function toHrTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}

function toAttributes(attributes: Attributes): OtelAttributes {
  const known: OtelAttributes = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) known[name] = typeof value === 'object' ? [...value] : value
  }
  return known
}
