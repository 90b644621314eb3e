const MAX_LENGTH = 1000

const SECRETS: readonly RegExp[] = [
  // Keys and tokens, as they are written and as they are sent
  /\bAIza[\w-]+/g,
  /\bAQ\.[\w.-]+/g,
  /\bya29\.[\w.-]+/g,
  /\b(?:bearer|basic)\s+[\w.~+/=-]+/gi,
  /\b(?:x-goog-api-key|api[-_ ]?key|key|access_token)\s*[:=]\s*["']?[^\s"',;&)]+/gi,
  // Who the gateway's account belongs to
  /\b(?:projects|organizations|folders|billingAccounts|consumers|tunedModels|cachedContents)\/[^\s"'/,;:)]+/gi,
  /\bproject(?:[-_ ]?(?:number|id))?\s*[:=#]?\s*["']?[\w-]*\d[\w-]*/gi,
  /\b(?:project(?:[-_ ]?(?:number|id))?|consumer|organization|billing account)\s*(?:[:=]\s*)?["'][^"']*["']/gi,
  /\b(?:project|project[-_]?(?:number|id)|consumer)\s*[:=]\s*[^\s"',;&)]+/gi,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /[^\s@"'<>]+@[^\s@"'<>]+\.[^\s@"'<>]+/g,
]

// Control characters would break a log line or a terminal.
const CONTROLS = /\p{Cc}+/gu

/** Google's error message with everything taken out that could be a key or name the gateway's own account. */
export function cleanMessage(message: string): string {
  let text = message.slice(0, MAX_LENGTH).replace(CONTROLS, ' ')
  for (const secret of SECRETS) text = text.replace(secret, '[redacted]')
  return text.trim()
}
