/**
 * A prompt without its words: what stands between them as it was, and of each run of letters or digits keyed digests and
 * what the comparisons need of its form. Whoever has no key learns how long the words were and how they ended.
 */
export interface MaskedPrompt {
  /** Which key the digests were made with; those of another one say nothing. */
  readonly key: string
  readonly parts: readonly MaskedPart[]
}

export type MaskedPart = string | MaskedWord | MaskedNumber

export interface MaskedWord {
  /** Digest of the word in lower case. */
  readonly word: string
  /** Digest of its stem, and how the word comes from that. Absent: by no rule ("went"). */
  readonly stem?: { readonly of: string; readonly spelled: Spelled }
  /** Without a prefix that negates ("un", "dis"): digest of the rest of the stem. */
  readonly negated?: { readonly prefix: string; readonly of: string }
  /** Of "spicier" and "spiciest": digest of "spicy", and how the stem comes from it. */
  readonly degree?: { readonly of: string; readonly spelled: Spelled }
  readonly length: number
  readonly letters: Letters
  readonly script: Script
  /** Which of the words that may stand in for it behaves as it does. */
  readonly turn: number
}

/** How a form comes from its root: so many of the root's letters, less the last few, and an ending. */
export interface Spelled {
  readonly length: number
  readonly cut: number
  readonly ending: string
}

/** Where the capitals are; a mixed word has a letter for each of its own: `lllUll`. `error`: as `upper`, with an E first. */
export type Letters = 'lower' | 'capital' | 'upper' | 'error' | `mixed ${string}`

export type Script = 'latin' | 'cyrillic' | 'greek' | 'arabic' | 'hebrew' | 'devanagari' | 'hangul'

export interface MaskedNumber {
  readonly digits: string
  readonly length: number
}

/** Keyed: the same text has the same digest on one installation, and another one on any other. */
export type Digest = (text: string) => string
