import { GatewayError } from './errors.js'
import { endOfString } from './json-splice.js'

/** Far more than any real request has, and far less than what overflows the stack of `JSON.stringify`. */
export const MAX_JSON_DEPTH = 1000

const STRUCTURE = /["{}[\]]/g

/**
 * Refuses JSON that is nested so deeply that a recursive walk over its value would overflow the stack.
 * `JSON.parse` itself has no such limit.
 * @param text valid JSON
 * @throws GatewayError 400 with the position
 */
export function refuseDeepJson(text: string): void {
  let depth = 0
  STRUCTURE.lastIndex = 0
  for (let match = STRUCTURE.exec(text); match !== null; match = STRUCTURE.exec(text)) {
    if (match[0] === '"') {
      STRUCTURE.lastIndex = endOfString(text, match.index)
    } else if (match[0] === '}' || match[0] === ']') {
      depth -= 1
    } else {
      depth += 1
      if (depth > MAX_JSON_DEPTH) {
        throw new GatewayError(
          'invalid_json',
          `The request body is nested more than ${MAX_JSON_DEPTH} levels deep at position ${match.index}.`,
        )
      }
    }
  }
}
