import type { PromptReading } from '../text/read-prompt.js'
import type { Token } from '../text/tokenise.js'

/** They never change what is asked. */
const FILLERS = new Set(
  'a an the please pls plz kindly thanks thank thx hi hello hey just really actually basically simply'.split(' '),
)

/**
 * The same question in the same words but for case, spacing, punctuation, spelling variants, contractions, politeness and
 * the opening frame ("How do I …", "how can I …").
 */
export function readsTheSame(a: PromptReading, b: PromptReading): boolean {
  if (a.questionType !== b.questionType) return false
  const [wordsA, wordsB] = [tellingForms(a), tellingForms(b)]
  return wordsA.length > 0 && wordsA.length === wordsB.length && wordsA.every((form, i) => form === wordsB[i])
}

function tellingForms({ text, tokens }: PromptReading): string[] {
  return [...tokens.flatMap((token, i) => (isFiller(token, i) ? [] : [token.form])), ...(text.match(SYMBOL) ?? [])]
}

function isFiller({ form, kind, raw }: Token, index: number): boolean {
  // "Vitamin A", "INTP-A" are no articles.
  if (form === 'a' && raw !== 'a') return index === 0
  return FILLERS.has(form) || (kind === 'sign' && PUNCTUATION.test(form))
}

/** Signs like +, - and % say something; these do not. */
const PUNCTUATION = /^[.,;:!?'"…()[\]]+$/
/** Neither letter, digit, mark nor punctuation: "the ~ symbol", "the ✢ symbol". */
const SYMBOL = /\p{S}/gu
