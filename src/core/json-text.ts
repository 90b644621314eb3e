import { GatewayError } from './errors.js'

/**
 * JSON text → value (RFC 8259).
 * @throws GatewayError 400 `invalid_json` with the position of the first mistake. The message never quotes the text,
 * which may be a prompt.
 */
export function parseJsonText(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    throw new GatewayError('invalid_json', explain(raw))
  }
}

/** JSON text → value; `undefined`, which JSON cannot say, when it is none. For texts whose mistakes interest nobody. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function explain(raw: string): string {
  if (raw.trim() === '') return 'The request body is empty; a JSON object is expected.'
  const position = findMistake(raw)
  const before = raw.slice(0, position)
  const line = before.split('\n').length
  const column = position - before.lastIndexOf('\n')
  const what = position >= raw.length ? 'it ends too early' : 'unexpected character'
  return `The request body is not valid JSON: ${what} at position ${position} (line ${line}, column ${column}).`
}

type Expecting = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end'

const SPACE = /[\t\n\r ]*/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/**
 * Position of the first character that cannot stand where it stands. V8's own message names it only sometimes, so
 * this walks the text once more, with a stack of its own because the text may be nested without bound.
 */
export function findMistake(text: string): number {
  const closers: string[] = []
  let expecting: Expecting = 'value'
  let at = 0
  for (;;) {
    at = skip(SPACE, text, at)
    if (at >= text.length) return at
    const char = text[at]
    const inObject = closers.at(-1) === '}'

    if (
      (expecting === 'value-or-end' || expecting === 'key-or-end' || expecting === 'comma-or-end') &&
      char === closers.at(-1)
    ) {
      closers.pop()
      at += 1
      expecting = 'comma-or-end'
    } else if (expecting === 'comma-or-end') {
      if (char !== ',' || closers.length === 0) return at
      at += 1
      expecting = inObject ? 'key' : 'value'
    } else if (expecting === 'colon') {
      if (char !== ':') return at
      at += 1
      expecting = 'value'
    } else if (expecting === 'key' || expecting === 'key-or-end') {
      if (char !== '"') return at
      const string = scanString(text, at)
      if (!string.valid) return string.end
      at = string.end
      expecting = 'colon'
    } else if (char === '{' || char === '[') {
      closers.push(char === '{' ? '}' : ']')
      at += 1
      expecting = char === '{' ? 'key-or-end' : 'value-or-end'
    } else if (char === '"') {
      const string = scanString(text, at)
      if (!string.valid) return string.end
      at = string.end
      expecting = 'comma-or-end'
    } else {
      const end = skip(SCALAR, text, at)
      if (end === at) return at
      at = end
      expecting = 'comma-or-end'
    }
  }
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** `end` is behind the closing quote, or at the mistake. */
function scanString(text: string, start: number): { valid: boolean; end: number } {
  let at = start + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return { valid: true, end: at + 1 }
    if (code < 0x20) return { valid: false, end: at }
    if (code === 0x5c) {
      const end = skip(ESCAPE, text, at)
      if (end === at) return { valid: false, end: at }
      at = end
    } else {
      at += 1
    }
  }
  return { valid: false, end: text.length }
}
