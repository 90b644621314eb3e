/**
 * Changes top-level members of a JSON object without touching any other byte of it. Parsing and stringifying again
 * would lose large integers, number formats, duplicate keys and white space, and with them the provider's
 * prompt-cache hits.
 */

/**
 * @param raw text of one valid JSON object
 * @param changes member name → its new value as JSON text; `undefined` removes the member. Members that are not there
 * yet are appended in the order of `changes`. Of duplicate members each is changed.
 */
export function spliceTopLevel(raw: string, changes: Readonly<Record<string, string | undefined>>): string {
  const pending = new Map(Object.entries(changes))
  const missing = new Set(pending.keys())
  const open = raw.indexOf('{')
  let out = raw.slice(0, open + 1)
  let kept = false

  let at = open + 1
  for (;;) {
    // One member with the white space around it: everything up to its comma or the closing brace.
    const keyStart = skipSpace(raw, at)
    if (raw[keyStart] === '}') break
    const keyEnd = endOfString(raw, keyStart)
    const valueStart = skipSpace(raw, skipSpace(raw, keyEnd) + 1)
    const valueEnd = endOfValue(raw, valueStart)
    const memberEnd = skipSpace(raw, valueEnd)

    const key: unknown = JSON.parse(raw.slice(keyStart, keyEnd))
    if (typeof key === 'string' && pending.has(key)) {
      missing.delete(key)
      const value = pending.get(key)
      if (value !== undefined) {
        out += (kept ? ',' : '') + raw.slice(at, valueStart) + value + raw.slice(valueEnd, memberEnd)
        kept = true
      }
    } else {
      out += (kept ? ',' : '') + raw.slice(at, memberEnd)
      kept = true
    }

    if (raw[memberEnd] !== ',') {
      at = memberEnd
      break
    }
    at = memberEnd + 1
  }

  for (const key of missing) {
    const value = pending.get(key)
    if (value === undefined) continue
    out += `${kept ? ',' : ''}${JSON.stringify(key)}:${value}`
    kept = true
  }
  return out + raw.slice(at)
}

export function skipSpace(text: string, from: number): number {
  let at = from
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at
    at += 1
  }
}

/** Behind the closing quote of the string that starts at `start`. */
export function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1)
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote + 1
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1
  return backslashes % 2 === 1
}

const STRUCTURE = /["{}[\]]/g
const SCALAR_END = /[,}\]\s]/g

export function endOfValue(text: string, start: number): number {
  const first = text[start]
  if (first === '"') return endOfString(text, start)
  if (first !== '{' && first !== '[') {
    SCALAR_END.lastIndex = start
    return SCALAR_END.exec(text)?.index ?? text.length
  }
  let depth = 0
  STRUCTURE.lastIndex = start
  for (;;) {
    const match = STRUCTURE.exec(text)
    if (match === null) return text.length
    if (match[0] === '"') {
      STRUCTURE.lastIndex = endOfString(text, match.index)
    } else if (match[0] === '{' || match[0] === '[') {
      depth += 1
    } else {
      depth -= 1
      if (depth === 0) return match.index + 1
    }
  }
}
