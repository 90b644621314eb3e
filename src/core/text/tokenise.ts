import { foldTypography } from './fold-typography.js'

/** A word, a number or a sign of a prompt. */
export interface Token {
  readonly kind: 'word' | 'number' | 'sign'
  /** Lower case. Later steps put canonical forms here: `km` for kilometres, `12` for a dozen. */
  readonly form: string
  /** As written. */
  readonly raw: string
  /** Nothing lies between it and the token before. */
  readonly glued: boolean
  /** The first of a sentence or a line. */
  readonly opensSentence: boolean
}

/**
 * Letters and digits part (`python3.8` reads as `python 3.8`, `10km` as `10 km`), so that spacing does not matter.
 * Languages written without spaces fall into single characters.
 */
export function tokenise(text: string): Token[] {
  const folded = foldTypography(text)
  const tokens: Token[] = []
  let end = 0
  for (const match of folded.matchAll(TOKEN)) {
    const gap = folded.slice(end, match.index)
    const opensSentence = tokens.length === 0 || SENTENCE_GAP.test(gap)
    for (const raw of UNSPACED.test(match[0]) ? match[0] : [match[0]]) {
      tokens.push({
        kind: kindOf(raw),
        form: raw.toLowerCase(),
        raw,
        glued: gap === '' && tokens.length > 0,
        opensSentence,
      })
    }
    end = match.index + match[0].length
  }
  return tokens
}

// No alternative can be entered twice at one place with different lengths, so matching is linear.
const TOKEN =
  /\p{Nd}+(?:[.,:]\p{Nd}+)*|[CcFf](?:\+\+|#)|\.NET\b|[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*|[%°$€£¥₹+\-*/^=<>×÷√]/gu
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
const SENTENCE_GAP = /[.!?:\n。！？]/

function kindOf(raw: string): Token['kind'] {
  if (/^\p{Nd}/u.test(raw)) return 'number'
  return /^[\p{L}\p{M}.]/u.test(raw) ? 'word' : 'sign'
}
