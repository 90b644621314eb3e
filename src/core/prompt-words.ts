/**
 * The words of a prompt as numbers, for the complexity classifier: which of them and which neighbours occur, and how
 * often. A number stands for a bucket that many words may share, so that no vocabulary has to be kept. A classifier is
 * trained on these very numbers: another hash or another reading of words needs another training.
 */
export interface PromptWords {
  /** In [0, `WORD_BUCKETS`), each once, in the order of their first word. */
  readonly buckets: readonly number[]
  /** How many words or pairs of neighbours fell into the bucket at the same place. At least 1. */
  readonly counts: readonly number[]
}

export const WORD_BUCKETS = 65_536

/** A classifier reads so many characters of a prompt, from its ends (`endsOfText`): more would keep others waiting. */
export const CLASSIFIED_CHARACTERS = 16_384

/** The words and pairs of neighbours of a prompt. At most 2,047 buckets; time grows linearly with the text. */
export function promptWords(text: string): PromptWords {
  const counts = new Map<number, number>()
  const add = (hash: number): void => {
    const bucket = scatter(hash) % WORD_BUCKETS
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  }
  let previous: number | undefined
  for (const word of wordsOf(text)) {
    if (previous !== undefined) add(hashOnto(hashOnto(previous, ' '), word))
    previous = hashOnto(HASH_START, word)
    add(previous)
  }
  return { buckets: [...counts.keys()], counts: [...counts.values()] }
}

/** What is asked stands at the start or at the end of a long prompt; the middle is mostly material. */
const HEAD_WORDS = 512
const TAIL_WORDS = 512

function wordsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(WORD) ?? []
  const kept =
    words.length <= HEAD_WORDS + TAIL_WORDS ? words : [...words.slice(0, HEAD_WORDS), ...words.slice(-TAIL_WORDS)]
  return kept.map(numberAsShape)
}

/**
 * Letters and digits apart. A letter alone is left out: the A to D of a multiple-choice question would tell where a
 * prompt comes from, not how hard it is. Every run is entered once, so matching is linear.
 */
const WORD = /[\p{L}\p{M}]{2,}|\p{Nd}+/gu

/** `0` for each digit, up to four: how big a number is may matter, which one it is does not. */
function numberAsShape(word: string): string {
  return /^\p{Nd}/u.test(word) ? '0'.repeat(Math.min(word.length, 4)) : word
}

/** FNV-1a, over UTF-16 units instead of bytes: http://www.isthe.com/chongo/tech/comp/fnv/ */
const HASH_START = 0x811c9dc5
const HASH_PRIME = 0x01000193

function hashOnto(start: number, text: string): number {
  let hash = start
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), HASH_PRIME)
  return hash
}

/** The last step of MurmurHash3 (32 bits): without it the low bits of FNV hang together. Not negative. */
function scatter(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
