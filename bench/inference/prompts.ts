const LETTERS = [...'abcdefghijklmnopqrstuvwxyz']
const ENDINGS = ['s', 'ing', 'ed', 'ly', 'er']
const SYLLABLES = [...'bcdfghjklmnpqrstvwxz'].flatMap((consonant) => [...'aeiou'].map((vowel) => consonant + vowel))
/** One token in four of English text is the later piece of a word. */
const PIECES_PER_ENDING = 4

/** Invented pieces after BERT's pattern: letters, endings, then whole words. Special tokens are not among them. */
export function makeVocabulary(size: number): readonly string[] {
  const pieces = [...LETTERS, ...LETTERS.map((letter) => `##${letter}`)]
  pieces.push(...ENDINGS.filter((ending) => ending.length > 1).map((ending) => `##${ending}`))
  for (let n = 0; pieces.length < size; n++) pieces.push(wordAt(n))
  return pieces
}

/**
 * A text of exactly so many tokens, `[CLS]` and `[SEP]` included, of the first words of the vocabulary. The same seed
 * gives the same text.
 */
function makeText(tokens: number, seed: number): string {
  const random = createRandom(seed)
  const words: string[] = []
  for (let n = 0; n < tokens - 2; n++) {
    const ending = ENDINGS[random(ENDINGS.length)] ?? ''
    // No ending begins like a syllable, so the two can only be read as two pieces.
    if (n % PIECES_PER_ENDING === PIECES_PER_ENDING - 1) words.push(`${words.pop()}${ending}`)
    else words.push(wordAt(random(WORDS_USED)))
  }
  return words.join(' ')
}

/** So many different texts of one length. */
export function makeTexts(count: number, tokens: number): readonly string[] {
  return Array.from({ length: count }, (_, seed) => makeText(tokens, seed))
}

/** Every vocabulary of the bench has at least these. */
const WORDS_USED = 7500

/** Two syllables, three from 10,000 on. */
function wordAt(n: number): string {
  const count = SYLLABLES.length
  const head = n < count * count ? '' : (SYLLABLES[Math.floor(n / count / count) % count] ?? '')
  return `${head}${SYLLABLES[Math.floor(n / count) % count]}${SYLLABLES[n % count]}`
}

/** A linear congruential generator; the constants are those of Numerical Recipes. */
function createRandom(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
