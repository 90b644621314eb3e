/**
 * What two prompts have in common and what sets them apart, for the pair verifier and the cache's decision: "does the
 * answer to `b` answer `a`?". A trained model names the columns it wants, so features may be added but a name never
 * changes its meaning.
 */
export const PAIR_FEATURES = [
  'cosine',
  'wordJaccard',
  'wordContainment',
  'lengthRatio',
  'numbersDiffer',
  'negationDiffers',
] as const

export type PairFeatureName = (typeof PAIR_FEATURES)[number]

/** Every feature of a pair; all finite if `cosine` is. Time grows linearly with the texts. */
export function pairFeatures(a: string, b: string, cosine: number): Record<PairFeatureName, number> {
  const wordsA = new Set(a.toLowerCase().match(WORD) ?? [])
  const wordsB = new Set(b.toLowerCase().match(WORD) ?? [])
  const shared = intersectionSize(wordsA, wordsB)
  return {
    cosine,
    wordJaccard: share(shared, wordsA.size + wordsB.size - shared),
    wordContainment: share(shared, Math.min(wordsA.size, wordsB.size)),
    lengthRatio: share(Math.min(a.length, b.length), Math.max(a.length, b.length)),
    numbersDiffer: sameNumbers(a, b) ? 0 : 1,
    negationDiffers: NEGATION.test(a) === NEGATION.test(b) ? 0 : 1,
  }
}

const WORD = /[\p{L}\p{N}]+/gu
const NUMBER = /\p{Nd}+/gu
const NEGATION = /\b(?:not|no|never|none|without|cannot)\b|n['’]t\b/i

const sameNumbers = (a: string, b: string): boolean => sortedNumbers(a) === sortedNumbers(b)

const sortedNumbers = (text: string): string => (text.match(NUMBER) ?? []).sort().join(' ')

function intersectionSize(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0
  for (const word of a) if (b.has(word)) shared++
  return shared
}

/** Two empty texts are alike. */
const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole)
