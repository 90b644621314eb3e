import { GatewayError } from './errors.js'
import { refuseDeepJson } from './json-depth.js'
import { endOfString } from './json-splice.js'

/**
 * JSON text of a value that was parsed from a JSON text. It is what `JSON.stringify` makes of the value, unless a
 * number would change on the way through a JavaScript number (integers beyond 2^53, `1e400`, `1.10`): then it is the
 * source without its white space.
 * @param source finds the valid JSON that the value came from; asked only when the value holds numbers
 * @returns `undefined` when it is nested too deeply to be read and written by everyone behind us
 */
export function exactJson(value: unknown, source: () => string): string | undefined {
  const text = stringify(value)
  if (text === undefined) return undefined
  const exact = mayHoldNumbers(text) ? withExactNumbers(text, source()) : text
  return isTooDeep(exact) ? undefined : exact
}

/** `JSON.parse` takes any depth; `JSON.stringify` overflows the stack, at a depth that depends on the caller's. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function isTooDeep(json: string): boolean {
  try {
    refuseDeepJson(json)
    return false
  } catch (error) {
    if (error instanceof GatewayError) return true
    throw error
  }
}

/** A number that is too large for JavaScript has become `null`. */
function mayHoldNumbers(text: string): boolean {
  return /\d/.test(text) || text.includes('null')
}

function withExactNumbers(text: string, source: string): string {
  return hasExactNumbers(source) ? text : withoutSpace(source)
}

const NUMBER = /-?\d[\d.eE+-]*/y
const STRING_OR_NUMBER = /["\d-]/g

function hasExactNumbers(json: string): boolean {
  STRING_OR_NUMBER.lastIndex = 0
  for (let match = STRING_OR_NUMBER.exec(json); match !== null; match = STRING_OR_NUMBER.exec(json)) {
    if (match[0] === '"') {
      STRING_OR_NUMBER.lastIndex = endOfString(json, match.index)
      continue
    }
    NUMBER.lastIndex = match.index
    const number = NUMBER.exec(json)?.[0] ?? ''
    if (String(Number(number)) !== number) return false
    STRING_OR_NUMBER.lastIndex = match.index + number.length
  }
  return true
}

const STRING_OR_SPACE = /["\t\n\r ]/g
// A half of a surrogate pair has no UTF-8, so in the body it would turn into U+FFFD.
const LONE_SURROGATE = /\p{Surrogate}/gu

function withoutSpace(json: string): string {
  const pieces: string[] = []
  let kept = 0
  STRING_OR_SPACE.lastIndex = 0
  for (let match = STRING_OR_SPACE.exec(json); match !== null; match = STRING_OR_SPACE.exec(json)) {
    if (match[0] === '"') {
      STRING_OR_SPACE.lastIndex = endOfString(json, match.index)
    } else {
      pieces.push(json.slice(kept, match.index))
      kept = match.index + 1
    }
  }
  const compact = pieces.join('') + json.slice(kept)
  return compact.replace(LONE_SURROGATE, (half) => `\\u${half.charCodeAt(0).toString(16)}`)
}
