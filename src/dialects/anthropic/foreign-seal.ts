import type { ReasoningOrigin } from '../../core/message.js'

/**
 * Anthropic clients have one place for the seal of a thinking block and no word for who made it. Thinking of other
 * families carries its maker's name there, followed by the seal if it has one: sent back to its maker the seal is
 * good, and sent to Anthropic, which refuses it, the block can be told from Anthropic's own and left out. Anthropic's
 * seals are base64, in which `:` cannot occur, and stay as they are.
 */
export function writeSeal(seal: string, origin: ReasoningOrigin): string {
  return origin === 'anthropic' ? seal : `${origin}:${seal}`
}

export interface Seal {
  readonly origin: ReasoningOrigin
  /** Empty when the maker seals nothing. */
  readonly seal: string
}

export function readSeal(text: string): Seal {
  const match = /^(gemini|openai):/.exec(text)
  if (match === null) return { origin: 'anthropic', seal: text }
  return { origin: match[1] === 'gemini' ? 'gemini' : 'openai', seal: text.slice(match[0].length) }
}
