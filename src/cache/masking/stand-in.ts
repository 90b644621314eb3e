import { createHash } from 'node:crypto'
import type { Script } from './masked-prompt.js'

/**
 * A word that no table has, in place of one that is not known: the same for the same digest. Latin ones are consonant and
 * vowel in turn, so that stems and endings are found in them as in any word.
 */
export function standIn(digest: string, length: number, { last, script, turn }: StandInOptions): string {
  const bytes = createHash('sha256').update(`${turn} ${digest}`).digest()
  const byteAt = (place: number): number => bytes[place % bytes.length] ?? 0
  const letters = Array.from({ length }, (_, place) => {
    const alphabet = script === 'latin' ? LATIN[(place + turn) % LATIN.length] : LETTERS[script]
    return alphabet?.[byteAt(place) % alphabet.length] ?? ''
  })
  return last === '' ? letters.join('') : letters.slice(0, -1).join('') + last
}

interface StandInOptions {
  readonly script: Script
  /** Which of many. */
  readonly turn: number
  /** The letter at its end; '': any. */
  readonly last: string
}

/** Digits that begin with none that is 0. */
export function standInNumber(digest: string, length: number, turn: number): string {
  const bytes = createHash('sha256').update(`${turn} ${digest}`).digest()
  return Array.from({ length }, (_, place) => 1 + ((bytes[place % bytes.length] ?? 0) % 9)).join('')
}

const LATIN: readonly (readonly string[])[] = [[...'kvbzjgfkvb'], [...'uoa']]

const LETTERS: Readonly<Record<Exclude<Script, 'latin'>, readonly string[]>> = {
  cyrillic: [...'щцжбфгхзпв'],
  greek: [...'ψξζφχθβγ'],
  arabic: [...'ثذضظغقخش'],
  hebrew: [...'גזטסעפצק'],
  devanagari: [...'घछझठढथफभ'],
  hangul: [...'뷁쀍쒫켓픗훍뚫꽱'],
}
