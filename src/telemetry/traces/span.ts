/** One piece of work in a trace, in our own terms. */
export interface Span {
  readonly name: string
  /** Work for a caller, a call to somebody else, or neither. */
  readonly kind: 'server' | 'client' | 'internal'
  readonly spanId: string
  /** Undefined: the trace begins here. */
  readonly parentId: string | undefined
  /** Unix time in milliseconds, with a fraction. */
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Attributes
  /** A code that names what went wrong; undefined: nothing did that was this side's fault. */
  readonly error: string | undefined
}

export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** The spans of one request. */
export interface Trace {
  readonly traceId: string
  /** As the caller's system wrote it. */
  readonly state: string | undefined
  readonly isRemote: boolean
  readonly spans: readonly Span[]
}
