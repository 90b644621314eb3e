import { endOfString } from '../../core/json-splice.js'
import { malformed } from './wire-field.js'

/** `JSON.parse` takes any depth, `JSON.stringify` does not. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    throw malformed('the arguments of a tool call are nested too deeply')
  }
}

/**
 * JSON text of a value that was parsed from `raw`. Where a number would not survive the way through a JavaScript
 * number (integers beyond 2^53, `1e400`, `1.10`), it is the provider's own text without its white space.
 */
export function losslessJson(value: unknown, raw: () => string): string {
  const text = jsonText(value)
  if (!DIGIT.test(text) && !text.includes('null')) return text
  const own = raw()
  return numbersSurvive(own) ? text : withoutSpace(own)
}

const DIGIT = /\d/
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const STRING_OR_NUMBER = /["\d-]/g
const STRING_OR_SPACE = /["\s]/g

function numbersSurvive(json: string): boolean {
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
  return pieces.join('') + json.slice(kept)
}
