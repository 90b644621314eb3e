import { endOfString, endOfValue, skipSpace } from './json-splice.js'

/** Where one value stands in a JSON text: from its first character to behind its last. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
}

/**
 * Finds values inside a JSON text without parsing it, so that they can be passed on exactly as they were written:
 * `JSON.parse` loses large integers and number formats. The text must be valid JSON.
 */
export function spanOfJson(text: string): JsonSpan {
  const start = skipSpace(text, 0)
  return { start, end: endOfValue(text, start) }
}

/** The elements of the array at `span`; none when something else stands there. */
export function elementSpans(text: string, span: JsonSpan): readonly JsonSpan[] {
  const spans: JsonSpan[] = []
  if (text[span.start] !== '[') return spans
  let at = skipSpace(text, span.start + 1)
  while (text[at] !== ']') {
    const end = endOfValue(text, at)
    spans.push({ start: at, end })
    at = skipSpace(text, end)
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  return spans
}

/** The member of the object at `span`. Of duplicates the last, as `JSON.parse` has it. */
export function memberSpan(text: string, span: JsonSpan, name: string): JsonSpan | undefined {
  if (text[span.start] !== '{') return undefined
  let found: JsonSpan | undefined
  let at = skipSpace(text, span.start + 1)
  while (text[at] !== '}') {
    const keyEnd = endOfString(text, at)
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const valueEnd = endOfValue(text, valueStart)
    if (isKey(text.slice(at, keyEnd), name)) found = { start: valueStart, end: valueEnd }
    at = skipSpace(text, valueEnd)
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  return found
}

/** Keys may be written with escapes: `"\u0069nput"` is `input`. */
function isKey(quoted: string, name: string): boolean {
  return quoted === `"${name}"` || (quoted.includes('\\') && JSON.parse(quoted) === name)
}
