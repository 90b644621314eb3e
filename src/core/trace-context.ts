/** A place in a distributed trace, as W3C Trace Context puts it into headers. */
export interface TraceContext {
  /** 32 hexadecimal digits in lower case. */
  readonly traceId: string
  /** Of the caller's span: 16 hexadecimal digits. */
  readonly spanId: string
  /** 1: the caller records this trace. */
  readonly flags: number
  /** The header as it came. */
  readonly traceparent: string
  /** What tracing systems on the way have added; undefined: nothing, or nothing that a header can hold. */
  readonly tracestate: string | undefined
}

/** What the gateway makes of one request's place in a trace. */
export interface RequestTrace {
  readonly traceId: string
  /** The client's place; undefined: the trace begins here. */
  readonly parent: TraceContext | undefined
  /** Undefined: the gateway makes no spans, and passes the client's context on as it came. */
  readonly span: OwnSpan | undefined
}

/** The gateway's span for the request. */
export interface OwnSpan {
  readonly id: string
  /** Not sampled: nothing is recorded, and those who are called are told so. */
  readonly isSampled: boolean
}

/** The bit that says how a trace id was made; it belongs to the id. */
const RANDOM_FLAG = 2

/** The header that tells whom we call of our span. */
export function formatTraceparent({ parent, span, traceId }: RequestTrace, spanId: string): string {
  const flags = ((parent?.flags ?? 0) & RANDOM_FLAG) | (span?.isSampled === true ? 1 : 0)
  return `00-${traceId}-${spanId}-0${flags}`
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
/** Beyond this length the specification lets anybody drop it. */
const MAX_STATE_LENGTH = 512
const PRINTABLE = /^[\t\x20-\x7e]+$/
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)

/** Undefined: there is none, or it is not valid and must not be passed on. */
export function parseTraceContext(
  traceparent: string | undefined,
  tracestate: string | undefined,
): TraceContext | undefined {
  if (traceparent === undefined) return undefined
  const [, version, traceId, spanId, flags, rest] = TRACEPARENT.exec(traceparent) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (version === 'ff' || traceId === NO_TRACE || spanId === NO_SPAN) return undefined
  // Only versions that are still to come may say more.
  if (version === '00' && rest !== undefined) return undefined
  const isSound = tracestate !== undefined && tracestate.length <= MAX_STATE_LENGTH && PRINTABLE.test(tracestate)
  return {
    traceId,
    spanId,
    flags: Number.parseInt(flags, 16),
    traceparent,
    tracestate: isSound ? tracestate : undefined,
  }
}
