import {
  ADDRESSING_PHRASES,
  COMPARATIVES,
  COMPLEMENT_OPENINGS,
  COMPLETE_OPENINGS,
  DETERMINERS,
  DUMMY_IT_AFTER,
  DUMMY_IT_BEFORE,
  LEANING_OPENINGS,
  POINTING_WORDS,
  SHOWN_THINGS,
  STANDING_ORDERS,
} from './text/leaning-words.js'

/**
 * Does a turn say by itself what is asked, or does it lean on what was said before ("and in Python?", "tell me more")?
 * Doubt counts as leaning: a turn wrongly taken to stand alone could get an answer from another conversation.
 *
 * @param earlierTurns what the user said before it: a standing order there ("answer in French") binds this turn too
 */
export function standsAlone(turn: string, earlierTurns: readonly string[]): boolean {
  const words = wordsOf(turn)
  if (words.length < FEWEST_WORDS || words.length > MOST_WORDS) return false
  if (LEANING_OPENINGS.has(words[0] ?? '') || !opensWith(words, COMPLETE_OPENINGS)) return false
  if (contains(words, ADDRESSING_PHRASES) || compares(words) || words.some(points(words))) return false
  return !definiteThings(words) && !earlierTurns.some((earlier) => contains(wordsOf(earlier), STANDING_ORDERS))
}

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'+#]*/gu
const FEWEST_WORDS = 4
/** A long turn often brings a text of its own and speaks about it; telling which is another trade. */
const MOST_WORDS = 30
/** Enough of an earlier turn to see an order in it. */
const LONGEST_READ = 10_000

function wordsOf(text: string): string[] {
  return text.slice(0, LONGEST_READ).toLowerCase().replace(/[’‘]/g, "'").match(WORD) ?? []
}

function opensWith(words: readonly string[], openings: readonly string[]): boolean {
  const line = `${words.slice(0, 4).join(' ')} `
  return openings.some((opening) => line.startsWith(`${opening} `))
}

function contains(words: readonly string[], phrases: readonly string[]): boolean {
  const line = ` ${words.join(' ')} `
  return phrases.some((phrase) => line.includes(` ${phrase} `))
}

/** "Which is cheaper?" asks about things that were named before; "cheaper than", "or" and "the best …" name them. */
function compares(words: readonly string[]): boolean {
  const last = words.at(-1) ?? ''
  return COMPARATIVES.has(last) && !words.includes('than') && !words.includes('or')
}

function points(words: readonly string[]): (word: string, index: number) => boolean {
  return (word, index) => {
    if (!POINTING_WORDS.has(word)) return false
    if (word !== 'it') return true
    const [before, after, then] = [words[index - 1], words[index + 1], words[index + 2]]
    // "Is it safe to …", "does it take to …": a subject of grammar only.
    return !(DUMMY_IT_BEFORE.has(before ?? '') && DUMMY_IT_AFTER.has(after ?? '') && then === 'to')
  }
}

/** "the population" of what? "the code", "my essay": shown before. */
function definiteThings(words: readonly string[]): boolean {
  return words.some((word, index) => {
    if (!DETERMINERS.has(word)) return false
    const following = words.slice(index + 1, index + 5)
    if (following.slice(0, 3).some((thing) => SHOWN_THINGS.has(thing))) return true
    return word === 'the' && following.length < 4 && !following.some((next) => COMPLEMENT_OPENINGS.has(next))
  })
}
