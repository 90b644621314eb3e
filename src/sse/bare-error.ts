import { isObject } from '../core/decode.js'
import { tryParseJson } from '../core/json-text.js'

/**
 * A JSON error that stands in an event stream as it is, without `data:`. Google breaks off answers like that, over
 * several lines. To an event stream these are unknown fields, so only what is an error as a whole is taken for one.
 */
export interface BareError {
  /** A line with an unknown field. */
  addLine(line: string): void
  /** There is more of the stream: what stood before it broke nothing off. */
  forget(): void
  /** The error's JSON text, if the lines behind the last event are one. */
  text(): string | undefined
}

const MAX_LENGTH = 64 * 1024

export function createBareError(): BareError {
  let lines: string[] = []
  let length = 0

  return {
    addLine(line) {
      if (length === 0 && !/^\s*[[{]/.test(line)) return
      length += line.length + 1
      if (length <= MAX_LENGTH) lines.push(line)
    },
    forget() {
      if (length === 0) return
      lines = []
      length = 0
    },
    text() {
      if (length === 0 || length > MAX_LENGTH) return undefined
      const text = lines.join('\n')
      const value = tryParseJson(text)
      const first: unknown = Array.isArray(value) ? value[0] : value
      return isObject(first) && isObject(first.error) ? text : undefined
    },
  }
}
