const MAX_LENGTH = 1000
/** So much is cleaned that no secret is missed because the cut went through it. */
const MAX_READ = 4 * MAX_LENGTH

const SECRETS: readonly RegExp[] = [
  // Keys and tokens: of OpenAI, Anthropic and the many compatible services, then of Google
  /\bsk-[\w*.-]+/gi,
  /\b(?:sk|pk|rk|gsk|xai|pplx|nvapi|hf|fw|r8|csk|tgp_v1)[-_][\w*.-]{6,}/g,
  /\bAIza[\w-]+/g,
  /\bAQ\.[\w.-]+/g,
  /\bya29\.[\w.-]+/g,
  // The same as they are sent, in whatever shape
  /\bbearer\s+\S+/gi,
  /\bbasic\s+[\w.~+/=-]+/gi,
  /\b(?:x-goog-api-key|api[-_ ]?key(?: provided)?|authorization|access_token)["']?\s*[:=]\s*["']?[^\s"',;&)]+/gi,
  /\bkey=["']?[^\s"',;&)]+/gi,
  // A word after `key:` may be the name of a field; with a digit in it, it may be a key.
  /\bkey:\s*["']?(?=[^\s"',;&)]*\d)[^\s"',;&)]+/gi,

  // Whose account the gateway's is: resource names and ids by their own shape
  /\b(?:projects|organizations|folders|billingAccounts|consumers|tunedModels|cachedContents)\/[^\s"'/,;:)]+/gi,
  /\b(?:org|proj|wrkspc|acct|apikey)[-_][\w-]{6,}/gi,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  // … what is assigned to its field, what is quoted behind its word, and what looks like an id or a name there
  /(?<![\w.])(?:org(?:ani[sz]ation)?|workspace|account|project|consumer|team)(?:[-_ ]?(?:id|name|number|uuid))?(?:["']\s*:\s*(?=["'])|\s*[:=]\s*)(?:"[^"]*"|'[^']*'|“[^”]*”|[^\s"',;&)]+)/gi,
  /\b(?:org(?:ani[sz]ation)?|workspace|account|project|consumer|team)(?:[-_ ]?(?:id|name|number|uuid))?\s+(?:"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”)/gi,
  /\bproject(?:[-_ ]?(?:number|id))?(?:\s*[:=#]\s*|\s+)["']?[\w-]*\d[\w-]*/gi,
  /\b[Oo]rgani[sz]ation (?:named )?[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*)*/g,
  // Bounded, because a long text without any address must not be searched again from each of its characters.
  /[^\s@"'<>]{1,64}@[^\s@"'<>]{1,255}\.[^\s@"'<>]+/g,
]

/** Validators written in Python quote what they refuse; that is the prompt. */
const QUOTED_INPUT = /[{,]\s*['"]input['"]\s*:|\binput_value=/

// Control characters would break a log line or a terminal.
const SPACE = /[\s\p{Cc}]+/gu

/**
 * A provider's message without anything that could be a key, a prompt or a name of the gateway's own account, on one
 * line and short: fit for a client and for the log. Names of fields and values that a client wrote wrong stay.
 * @returns `undefined` when nothing is left
 */
export function cleanMessage(message: string | undefined): string | undefined {
  if (message === undefined) return undefined
  const start = message.slice(0, MAX_READ)
  const quoted = start.search(QUOTED_INPUT)
  let text = (quoted === -1 ? start : start.slice(0, quoted)).replace(SPACE, ' ')
  for (const secret of SECRETS) text = text.replace(secret, '[redacted]')
  text = text.trim()
  if (text === '') return undefined
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1).replace(/\p{Surrogate}$/u, '')}…` : text
}
