import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import protobuf from 'protobufjs'

/** The messages of opentelemetry-proto that a trace is made of. */
const PROTO = `
  syntax = "proto3";
  message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; }
  message InstrumentationScope { string name = 1; string version = 2; }
  message Span {
    bytes trace_id = 1;
    bytes span_id = 2;
    string trace_state = 3;
    bytes parent_span_id = 4;
    string name = 5;
    int32 kind = 6;
    fixed64 start_time_unix_nano = 7;
    fixed64 end_time_unix_nano = 8;
    repeated KeyValue attributes = 9;
    Status status = 15;
  }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message ArrayValue { repeated AnyValue values = 1; }
  message AnyValue {
    oneof value {
      string string_value = 1;
      bool bool_value = 2;
      int64 int_value = 3;
      double double_value = 4;
      ArrayValue array_value = 5;
    }
  }
`
const ExportTraceServiceRequest = protobuf.parse(PROTO).root.lookupType('ExportTraceServiceRequest')

/** SPAN_KIND_… */
const KINDS = ['unspecified', 'internal', 'server', 'client']
const ERROR_STATUS = 2

export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | undefined
  readonly traceState: string
  readonly name: string
  readonly kind: string
  readonly startNano: bigint
  readonly endNano: bigint
  readonly attributes: Readonly<Record<string, unknown>>
  readonly isError: boolean
  readonly resource: Readonly<Record<string, unknown>>
}

/** A collector on a real socket, which reads what it gets. */
export interface OtlpReceiver {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[]
  /** Everything it got, before it was read. */
  bytes(): string
  /** Answers the requests to come, instead of taking them. Undefined: takes them again. */
  refuse(answer: ((response: ServerResponse) => void) | undefined): void
  close(): Promise<void>
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const requests: { path: string; headers: IncomingHttpHeaders }[] = []
  const bodies: Buffer[] = []
  let refusal: ((response: ServerResponse) => void) | undefined
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks)
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
      requests.push({ path: request.url ?? '', headers: request.headers })
      if (refusal !== undefined) return refusal(response)
      bodies.push(body)
      const isJson = request.headers['content-type'] === 'application/json'
      spans.push(...read(isJson ? JSON.parse(body.toString()) : decode(body)))
      response.writeHead(200, { 'content-type': request.headers['content-type'] ?? '' })
      response.end(isJson ? '{}' : '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server has one
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    requests,
    bytes: () => Buffer.concat(bodies).toString('latin1'),
    refuse(answer) {
      refusal = answer
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** As OTLP's JSON has it: ids in hexadecimal, 64-bit numbers as text. */
interface Exported {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[]
  }[]
}

interface ExportedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: readonly KeyValue[]
  readonly status?: { readonly code?: number }
}

interface KeyValue {
  readonly key: string
  readonly value: AnyValue
}

interface AnyValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string | number
  readonly doubleValue?: number
  readonly arrayValue?: { readonly values?: readonly AnyValue[] }
}

function decode(body: Buffer): Exported {
  const message = ExportTraceServiceRequest.decode(body)
  const hex = (bytes: unknown): string => Buffer.from(String(bytes), 'base64').toString('hex')
  const tree = ExportTraceServiceRequest.toObject(message, { longs: String, bytes: String })
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) => (/^(traceId|spanId|parentSpanId)$/.test(key) ? hex(value) : value)),
  )
}

function read({ resourceSpans }: Exported): readonly ReceivedSpan[] {
  return (resourceSpans ?? []).flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentId: span.parentSpanId === '' ? undefined : span.parentSpanId,
        traceState: span.traceState ?? '',
        name: span.name,
        kind: KINDS[span.kind] ?? '',
        startNano: BigInt(span.startTimeUnixNano),
        endNano: BigInt(span.endTimeUnixNano),
        attributes: readAttributes(span.attributes ?? []),
        isError: span.status?.code === ERROR_STATUS,
        resource: readAttributes(resource.attributes),
      })),
    ),
  )
}

function readAttributes(attributes: readonly KeyValue[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]))
}

function readValue({ arrayValue, boolValue, doubleValue, intValue, stringValue }: AnyValue): unknown {
  if (arrayValue !== undefined) return (arrayValue.values ?? []).map(readValue)
  return intValue === undefined ? (stringValue ?? boolValue ?? doubleValue) : Number(intValue)
}
