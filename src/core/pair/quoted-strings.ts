import { foldTypography } from '../text/fold-typography.js'
import type { PromptReading } from '../text/read-prompt.js'
import { differ, missingItems } from './missing-items.js'

/** A quoted string of one side that the other has neither in quotes nor in its words. */
export function quotedDiffer(a: PromptReading, b: PromptReading): boolean {
  const [inA, inB] = [quotedIn(a.text), quotedIn(b.text)]
  if (inA.size === 0 && inB.size === 0) return false
  if (inA.size > 0 && inB.size > 0) return differ(missingItems(inA, inB))
  const words = new Set((inA.size > 0 ? b : a).written.map((token) => token.form))
  return [...inA, ...inB].some((quoted) => (quoted.match(WORD) ?? []).some((word) => !words.has(word)))
}

function quotedIn(text: string): Set<string> {
  const quoted = new Set<string>()
  for (const match of foldTypography(text).matchAll(QUOTED)) {
    const inner = (match[1] ?? match[2] ?? '')
      .trim()
      .toLowerCase()
      .replace(/[.,;!?]$/, '')
    if (inner !== '') quoted.add(inner)
  }
  return quoted
}

// Bounded, so that a text of quotes costs no more than its length. A single quote opens only after a space.
const QUOTED = /"([^"\n]{1,300})"|(?<=^|[\s(:])'([^'\n]{1,300})'(?=$|[\s).,;:?!])/g
const WORD = /\p{Nd}+(?:[.,:]\p{Nd}+)*|[\p{L}\p{M}]+/gu
