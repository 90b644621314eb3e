import type { ReasoningOrigin } from '../../core/message.js'

/**
 * Anthropic clients have one place for the seal of a thinking block and no word for who made it. Seals of other
 * families carry their maker's name in front, so that they are told apart when the client sends them back. Anthropic's
 * own are base64 and stay as they are; `:` cannot occur in them.
 */
export function writeSeal(seal: string, origin: ReasoningOrigin): string {
  return origin === 'anthropic' || seal === '' ? seal : `${origin}:${seal}`
}

export interface Seal {
  readonly origin: ReasoningOrigin
  readonly seal: string
}

export function readSeal(text: string): Seal {
  const match = /^(gemini|openai):/.exec(text)
  if (match === null) return { origin: 'anthropic', seal: text }
  return { origin: match[1] === 'gemini' ? 'gemini' : 'openai', seal: text.slice(match[0].length) }
}
