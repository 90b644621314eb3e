/**
 * The fast path for the one event that comes per token. When an event has exactly the shape Anthropic writes and its
 * text needs no unescaping, the text is cut out; everything else is left to the JSON parser. Both give the same text.
 */

/** How a delta of this block begins; empty for an index that the scan does not know how to write. */
export function deltaPrefix(index: unknown, kind: 'text' | 'thinking'): string {
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return ''
  return `{"type":"content_block_delta","index":${index},"delta":{"type":"${kind}_delta","${kind}":"`
}

const QUOTE = '"'
const BRACE = 0x7d
const SPACE = 0x20

/** The text of the delta, or undefined when the parser has to look at it. */
export function scanDelta(data: string, prefix: string): string | undefined {
  if (!data.startsWith(prefix)) return undefined
  const start = prefix.length
  const quote = data.indexOf(QUOTE, start)
  if (quote === -1 || data.charCodeAt(quote + 1) !== BRACE) return undefined
  // Anthropic pads events with spaces between the two closing braces.
  let last = quote + 2
  while (data.charCodeAt(last) === SPACE) last += 1
  if (last !== data.length - 1 || data.charCodeAt(last) !== BRACE) return undefined

  for (let at = start; at < quote; at += 1) {
    const code = data.charCodeAt(at)
    // An escape, or a control character, which JSON does not allow here.
    if (code === 0x5c || code < 0x20) return undefined
  }
  return data.slice(start, quote)
}
