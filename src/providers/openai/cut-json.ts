import { findMistake } from '../../core/json-text.js'

/** What a cut may leave of a word, a number or an escape; the rest of JSON is the same when it is cut. */
const STUMP = /^(?:t|tr|tru|f|fa|fal|fals|n|nu|nul|[-+.eE]*|\\(?:u[0-9a-fA-F]{0,3})?)$/

/** Is this text, which is not JSON, the beginning of some? */
export function isCutJson(text: string): boolean {
  return STUMP.test(text.slice(findMistake(text)))
}
