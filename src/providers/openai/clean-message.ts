const MAX_LENGTH = 1000

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:sk|pk|rk|gsk|xai|pplx|nvapi|hf|fw|r8|csk|tgp_v1)[-_][A-Za-z0-9*_.-]{6,}/g, '[key]'],
  [/\bAIza[A-Za-z0-9_-]{10,}/g, '[key]'],
  [/\bBearer\s+\S+/gi, 'Bearer [key]'],
  [/\b(api[-_ ]?key(?: provided)?["']?\s*[:=]\s*["']?)[^\s"',;]+/gi, '$1[key]'],
  [/\borg-[A-Za-z0-9]{6,}/g, '[organization]'],
  [/\bproj_[A-Za-z0-9]{6,}/g, '[project]'],
  [/\b((?:organization|organisation|project|team)\s+)(["'`])[^"'`]*\2/gi, '$1[name]'],
  [/[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+/g, '[address]'],
]

/** Validators written in Python quote what they refuse; that is the prompt. */
const QUOTED_INPUT = /['"]input['"]\s*:/

/**
 * A provider's message without keys, organisations and prompts, fit for a client and for the log.
 * Returns `undefined` when nothing useful is left.
 */
export function cleanMessage(text: string): string | undefined {
  const start = text.slice(0, 4 * MAX_LENGTH)
  const quoted = start.search(QUOTED_INPUT)
  let clean = (quoted === -1 ? start : start.slice(0, quoted)).replace(/[\s\p{Cc}]+/gu, ' ')
  for (const [pattern, replacement] of SECRETS) clean = clean.replace(pattern, replacement)
  clean = clean.trim()
  if (clean === '') return undefined
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}…` : clean
}
