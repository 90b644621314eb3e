/** One event of a server-sent event stream (WHATWG HTML, "Server-sent events"), as decoders see it. */
export interface SseMessage {
  /** The `event:` field, or `undefined` when there was none. */
  readonly event: string | undefined
  /** All `data:` lines joined with `\n`. */
  readonly data: string
}
