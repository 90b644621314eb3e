export interface WordPieceModel {
  /** Every piece, those that continue a word with their prefix. */
  readonly pieces: Iterable<string>
  /** `##` in BERT's vocabularies. */
  readonly continuingPrefix: string
  /** What stands for a word that has no pieces. */
  readonly unknown: string
  /** Longer words are unknown; in code points. */
  readonly maxWordLength: number
}

/**
 * WordPiece: always the longest piece that fits. The same pieces as `@huggingface/tokenizers`' own loop, which tries
 * every length from the rest of the word downwards and so takes 2 s for 100 KB of words that are hard to split. Here
 * no more is tried than the longest piece that begins with the character at hand.
 */
export function createWordPieces(model: WordPieceModel): (words: readonly string[]) => string[] {
  const vocabulary = new Set(model.pieces)
  const beginning = longestByFirstUnit(vocabulary, '')
  const continuing = longestByFirstUnit(vocabulary, model.continuingPrefix)

  function longestPiece(word: string, start: number): string | undefined {
    const first = word.charCodeAt(start)
    const prefix = start === 0 ? '' : model.continuingPrefix
    const longest = (start === 0 ? beginning : continuing).get(first) ?? 0
    for (let end = Math.min(word.length, start + longest); end > start; end--) {
      if (cutsCharacter(word, end)) continue
      const piece = prefix + word.slice(start, end)
      if (vocabulary.has(piece)) return piece
    }
    return undefined
  }

  function split(word: string): readonly string[] | undefined {
    const pieces: string[] = []
    for (let start = 0; start < word.length; ) {
      const piece = longestPiece(word, start)
      if (piece === undefined) return undefined
      pieces.push(piece)
      start += start === 0 ? piece.length : piece.length - model.continuingPrefix.length
    }
    return pieces
  }

  return (words) => {
    const pieces: string[] = []
    for (const word of words) {
      if (isLongerThan(word, model.maxWordLength)) pieces.push(model.unknown)
      else if (vocabulary.has(word)) pieces.push(word)
      else pieces.push(...(split(word) ?? [model.unknown]))
    }
    return pieces
  }
}

/** UTF-16 length of the longest piece by its first unit, the prefix not counted. */
function longestByFirstUnit(vocabulary: ReadonlySet<string>, prefix: string): Map<number, number> {
  const longest = new Map<number, number>()
  for (const piece of vocabulary) {
    if (!piece.startsWith(prefix) || piece.length === prefix.length) continue
    const first = piece.charCodeAt(prefix.length)
    longest.set(first, Math.max(longest.get(first) ?? 0, piece.length - prefix.length))
  }
  return longest
}

/** Whether an end there would lie between the halves of a surrogate pair. */
function cutsCharacter(word: string, end: number): boolean {
  return end < word.length && isHighSurrogate(word.charCodeAt(end - 1)) && isLowSurrogate(word.charCodeAt(end))
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}

/** Counts code points only where the number of UTF-16 units leaves a doubt. */
function isLongerThan(word: string, codePoints: number): boolean {
  if (word.length <= codePoints) return false
  return word.length > 2 * codePoints || Array.from(word).length > codePoints
}
