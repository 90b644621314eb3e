const MAX_LENGTH = 1000

const SECRETS: readonly RegExp[] = [
  // Keys, as they are written and as they are sent
  /\bsk-[\w-]+/gi,
  /\b(?:bearer|basic)\s+[\w.~+/=-]+/gi,
  /\b(?:x-api-key|api[-_ ]?key|authorization)\s*[:=]\s*\S+/gi,
  // Who the gateway's account belongs to
  /\b(?:org(?:anization)?|workspace|account)(?:[-_ ]?(?:id|name|uuid))?\s*(?:[:=]\s*|(?=["'“]))(?:"[^"]*"|'[^']*'|“[^”]*”|[^\s,;)]+)/gi,
  /\b(?:org|wrkspc|acct|apikey)[-_][\w-]{6,}/gi,
  /\b[Oo]rganization (?:named )?[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*)*/g,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /[^\s@"'<>]+@[^\s@"'<>]+\.[^\s@"'<>]+/g,
]

// Control characters would break a log line or a terminal.
const CONTROLS = /\p{Cc}+/gu

/** A provider's error message with everything taken out that could be a key or name the gateway's own account. */
export function cleanMessage(message: string): string {
  let text = message.slice(0, MAX_LENGTH).replace(CONTROLS, ' ')
  for (const secret of SECRETS) text = text.replace(secret, '[redacted]')
  return text.trim()
}
