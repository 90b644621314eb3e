import type { PromptReading } from '../text/read-prompt.js'
import type { Token } from '../text/tokenise.js'
import { PAIR_FUNCTION_WORDS, QUESTION_WORDS } from '../text/word-classes.js'
import type { ContentOverlap } from './content-overlap.js'
import type { Missing } from './missing-items.js'

/**
 * Names (words with a capital inside a sentence, and acronyms) with no mate among the other side's words. A prompt typed
 * in lower case or in capitals shows none: there the unmatched content words must speak.
 */
export function missingNames(a: PromptReading, b: PromptReading, overlap: ContentOverlap): Missing {
  return {
    fromB: countUnmatched(namesIn(a.written), overlap.onlyInA),
    fromA: countUnmatched(namesIn(b.written), overlap.onlyInB),
  }
}

function countUnmatched(names: ReadonlySet<string>, unmatched: ContentOverlap['onlyInA']): number {
  return new Set(unmatched.filter(({ form, raw }) => names.has(form) || names.has(raw)).map(({ form }) => form)).size
}

function namesIn(written: readonly Token[]): Set<string> {
  const words = written.filter((token) => token.kind === 'word')
  const capitals = words.filter((token) => CAPITAL.test(token.raw)).length
  const names = new Set<string>()
  // A headline's capitals mark nothing.
  if (words.length >= 4 && capitals > 0.6 * words.length) return names
  for (const { raw, form, opensSentence } of words) {
    const isAcronym = raw.length >= 2 && ACRONYM.test(raw)
    if (!isAcronym && (opensSentence || !CAPITAL.test(raw))) continue
    if (!PAIR_FUNCTION_WORDS.has(form) && !QUESTION_WORDS.has(form)) names.add(form)
  }
  return names
}

const CAPITAL = /^\p{Lu}/u
const ACRONYM = /^\p{Lu}+$/u
